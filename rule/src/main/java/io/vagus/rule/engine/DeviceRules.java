package io.vagus.rule.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the rules remember of one device. The engine changes it; its owner keeps it, as an object
 * and as bytes. Confined to the engine's thread.
 */
public final class DeviceRules {
  private static final int FORMAT = 1;
  private static final RuleState[] NO_STATES = {};

  /** Its product when it was last heard. */
  String product;

  /** Whose it is; null until it is handed to an engine. */
  private @Nullable Subject subject;

  /** Where it is in {@link Timers}, and for when; -1: nowhere. */
  int timer = -1;

  long timerMicros;

  /** Nothing is due before, by the journal's time: {@link #dueMicros} says when something is. */
  private long notBeforeMicros = WindowState.NEVER;

  /** How many rules are raised or pending. */
  private int watching;

  private @Nullable ProductRules following;

  /** In the order of the rules. */
  private RuleState[] states = NO_STATES;

  DeviceRules(String product) {
    this.product = product;
  }

  void of(Subject its) {
    subject = its;
  }

  Subject subject() {
    return Objects.requireNonNull(subject);
  }

  /** It was read for that device. */
  void restored(Subject its, Map<String, RuleCounts> counts) {
    subject = its;
    for (RuleState state : states) {
      state.restored(counts.getOrDefault(state.rule.id(), new RuleCounts()));
    }
  }

  /**
   * Goes on with the rules that are in force now.
   *
   * @return whether something of it changed
   */
  boolean follow(ProductRules rules) {
    if (following == rules) {
      return false;
    }
    following = rules;
    int before = states.length;
    List<RuleState> left = new ArrayList<>(states.length);
    for (RuleState state : states) {
      CompiledRule rule = rules.find(state.rule.id());
      if (rule != null) {
        state.follow(rule);
        left.add(state);
      } else {
        state.dropped();
      }
    }
    states = left.toArray(NO_STATES);
    watching = (int) left.stream().filter(RuleState::isWatching).count();
    notBeforeMicros = earliest();
    return before > 0;
  }

  boolean isWatched() {
    return watching > 0;
  }

  /** A rule began to be raised or pending, or ended. */
  void watched(boolean before, boolean now) {
    watching += (now ? 1 : 0) - (before ? 1 : 0);
  }

  /** Something is due then. */
  void dueAt(long micros) {
    notBeforeMicros = Math.min(notBeforeMicros, micros);
  }

  long notBeforeMicros() {
    return notBeforeMicros;
  }

  /**
   * When something is due, by the journal's time and by the rules that were in force when it was
   * last touched. What a message moves on is not looked for then, but here.
   */
  long dueMicros() {
    if (following != null) {
      notBeforeMicros = earliest();
    }
    return notBeforeMicros;
  }

  RuleState[] states() {
    return states;
  }

  /** Null: nothing is remembered for the rule. */
  @Nullable RuleState find(CompiledRule rule) {
    int at = indexOf(rule.ordinal());
    return at < 0 ? null : states[at];
  }

  RuleState state(CompiledRule rule) {
    int at = indexOf(rule.ordinal());
    if (at >= 0) {
      return states[at];
    }
    RuleState state = new RuleState(rule);
    RuleState[] more = Arrays.copyOf(states, states.length + 1);
    int place = -at - 1;
    System.arraycopy(states, place, more, place + 1, states.length - place);
    more[place] = state;
    states = more;
    return state;
  }

  private int indexOf(int ordinal) {
    int low = 0;
    int high = states.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int at = states[middle].rule.ordinal();
      if (at == ordinal) {
        return middle;
      }
      if (at < ordinal) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  private long earliest() {
    long due = WindowState.NEVER;
    for (RuleState state : states) {
      due = Math.min(due, state.dueMicros());
    }
    return due;
  }

  /** What {@link #read} reads. */
  public byte[] write() {
    StateWriter out = new StateWriter();
    out.putByte(FORMAT).putText(product).putLong(dueMicros()).putInt(states.length);
    for (RuleState state : states) {
      state.write(out);
    }
    return out.bytes();
  }

  /**
   * What {@link #write} wrote, in this release or an earlier one.
   *
   * @param names makes equal names of many devices one text
   */
  public static DeviceRules read(byte[] bytes, UnaryOperator<String> names) {
    StateReader in = new StateReader(bytes, names);
    byte format = in.getByte();
    if (format != FORMAT) {
      throw new IllegalArgumentException("rules' state: format " + format + " (expected: 1)");
    }
    DeviceRules rules = new DeviceRules(in.getText());
    rules.notBeforeMicros = in.getLong();
    rules.states = new RuleState[in.getInt()];
    for (int i = 0; i < rules.states.length; i++) {
      rules.states[i] = RuleState.read(in);
    }
    return rules;
  }
}
