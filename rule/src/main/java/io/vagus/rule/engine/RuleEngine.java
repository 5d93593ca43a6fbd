package io.vagus.rule.engine;

import io.vagus.kit.MonotonicClock;

/**
 * Judges rules over the records of a journal, in their order. Nothing in it depends on when it
 * runs: the same records and the same rules, from the same remembered state, give the same firings.
 *
 * <p>For each record whoever drives it calls {@link #advance} first, then {@link #rules} where the
 * record says that others are in force, then {@link #heard} where it is an accepted message:
 *
 * <pre>
 * firings.clear();
 * engine.advance(offset, timeMicros, firings);   // what is due by then
 * engine.heard(subject, message, firings);       // what the message brings about
 * </pre>
 *
 * After a restart the same: {@link #rules} with those of the checkpoint's revision, then {@link
 * #restored} for each device that has something remembered, then the journal from the checkpoint.
 * One thread.
 */
public final class RuleEngine {
  private final Timers timers = new Timers();
  private final Moment moment;
  private final Closing closing;
  private final Hearing hearing;
  private CompiledRules rules = CompiledRules.NONE;

  /** For the many devices of which nothing is remembered, and mostly nothing will be. */
  private DeviceRules spare = new DeviceRules("");

  /**
   * @param clock for what judging costs; it decides nothing
   */
  public RuleEngine(Surroundings surroundings, MonotonicClock clock) {
    this.moment = new Moment(surroundings);
    Judge judge = new Judge(surroundings, clock, moment);
    this.closing = new Closing(moment, judge);
    this.hearing = new Hearing(surroundings, moment, judge, closing);
  }

  /**
   * From here on these are in force. A device follows when it is heard next or something of it is
   * due: then what it remembers of rules that are gone goes, and windows that are the same go on.
   */
  public void rules(CompiledRules compiled) {
    rules = compiled;
    hearing.reset(compiled);
    spare = new DeviceRules("");
  }

  public CompiledRules rules() {
    return rules;
  }

  /** Whether there was never a rule yet: then no record need be shown to it. */
  public boolean isIdle() {
    return rules.revision() == 0;
  }

  /** Takes in what a device remembered before a restart. */
  public void restored(Subject subject) {
    DeviceRules device = subject.remembered();
    if (device != null) {
      device.restored(subject, rules.counts());
      timers.update(device);
    }
  }

  /** When something is due, by the journal's time; {@link Long#MAX_VALUE}: never. */
  public long nextDueMicros() {
    DeviceRules first = timers.first();
    return first == null ? WindowState.NEVER : first.timerMicros;
  }

  /**
   * It is that late: does what is due. A record does so much at most; the next one does the rest.
   *
   * @param offset of the record that says so
   */
  public void advance(long offset, long nowMicros, Firings out) {
    for (int done = 0; done < Firings.MOST && !timers.isQuiet(nowMicros); done++) {
      DeviceRules device = timers.first();
      if (device == null || device.timerMicros > nowMicros || out.isFull()) {
        return;
      }
      Subject subject = device.subject();
      ProductRules product = rules.product(device.product);
      begin(subject, device.product, offset, nowMicros);
      device.follow(product);
      for (RuleState state : device.states()) {
        if (state.dueMicros() <= nowMicros) {
          closing.due(state, device, out);
        }
      }
      subject.remember(device);
    }
  }

  private void begin(Subject subject, String product, long offset, long nowMicros) {
    moment.of(subject, product);
    moment.offset = offset;
    moment.nowMicros = nowMicros;
  }

  /** A device sent something that was accepted. */
  public void heard(Subject subject, RuleMessage message, Firings out) {
    ProductRules product = rules.product(message.product());
    DeviceRules known = subject.remembered();
    if (known == null && product == ProductRules.NONE) {
      return;
    }
    DeviceRules device = known == null ? spare : known;
    device.of(subject);
    device.product = message.product();
    begin(subject, message.product(), message.offset(), message.receivedMicros());
    boolean changed = device.follow(product);
    changed |= hearing.hear(product, device, message, out);
    if (device.states().length > 0 && device == spare) {
      spare = new DeviceRules("");
      changed(subject, device);
    } else if (changed && known != null) {
      changed(subject, device);
    }
  }

  private void changed(Subject subject, DeviceRules device) {
    timers.update(device);
    subject.remember(device);
  }
}
