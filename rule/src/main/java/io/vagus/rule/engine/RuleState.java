package io.vagus.rule.engine;

import static io.vagus.rule.engine.WindowState.NEVER;
import static io.vagus.rule.engine.WindowState.NONE;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one rule remembers of one device. 72 bytes, and its windows. Engine's thread. */
final class RuleState {
  private static final long MINUTE_MICROS = 60_000_000;
  private static final int RAISED = 1;
  private static final int STOPPED = 2;
  private static final WindowState[] NO_WINDOWS = {};

  CompiledRule rule;
  private int version;
  boolean raised;

  /** It looped: not judged for the device until its next version. */
  boolean stopped;

  /** Event time since when the condition holds that has to hold for some time. */
  long pendingMicros = NONE;

  /** When that time is over by the journal's time. */
  long holdDueMicros = NEVER;

  /** Event time when it last fired, where it has a cooldown. */
  long firedMicros = NONE;

  /** The minute in which its firings are counted, and their count. */
  private long minuteMicros = NONE;

  private int firings;

  /** As {@link CompiledRule#windows}. */
  WindowState[] windows;

  private RuleState(CompiledRule rule, int version, WindowState[] windows) {
    this.rule = rule;
    this.version = version;
    this.windows = windows;
  }

  RuleState(CompiledRule rule) {
    this(rule, rule.version(), fresh(rule, NO_WINDOWS));
  }

  private static WindowState[] fresh(CompiledRule rule, WindowState[] before) {
    List<WindowShape> shapes = rule.windows();
    if (shapes.isEmpty()) {
      return NO_WINDOWS;
    }
    @Nullable WindowState[] left = before.clone();
    WindowState[] windows = new WindowState[shapes.size()];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = take(shapes.get(i), left);
    }
    return windows;
  }

  private static WindowState take(WindowShape shape, @Nullable WindowState[] from) {
    for (int i = 0; i < from.length; i++) {
      WindowState state = from[i];
      if (state != null && shape.fits(state)) {
        from[i] = null;
        return state;
      }
    }
    return shape.fresh();
  }

  /**
   * Goes on with that version: windows that are the same keep what they have, what is raised stays
   * so, what is pending or stopped begins anew with another version.
   */
  @SuppressWarnings("ReferenceEquality") // the very shapes that the windows were made of
  void follow(CompiledRule now) {
    boolean same = now.version() == version;
    if (now.isSound() && (!same || rule.windows() != now.windows())) {
      windows = fresh(now, windows);
    }
    if (!same) {
      stopped = false;
      calm();
      minuteMicros = NONE;
      firings = 0;
      version = now.version();
    }
    rule = now;
  }

  /** It was read, and is counted from here on. */
  void restored(RuleCounts counts) {
    rule = CompiledRule.unknown(rule.id(), counts);
    if (raised) {
      counts.firing(1);
    }
  }

  /** It fires or clears. */
  void raised(boolean now) {
    raised = now;
    rule.counts().firing(now ? 1 : -1);
  }

  /** Its rule is gone. */
  void dropped() {
    if (raised) {
      raised(false);
    }
  }

  /** The condition does not hold. */
  void calm() {
    pendingMicros = NONE;
    holdDueMicros = NEVER;
  }

  /** Whether something is to be judged though no value of it suggests so. */
  boolean isWatching() {
    return raised || pendingMicros != NONE;
  }

  /** Counts a firing; false: it is one too many in a minute. */
  boolean mayFire(int mostPerMinute, long nowMicros) {
    boolean over =
        minuteMicros == NONE
            || nowMicros - minuteMicros >= MINUTE_MICROS
            || WindowState.isAhead(minuteMicros, nowMicros);
    if (over) {
      minuteMicros = nowMicros;
      firings = 0;
    }
    firings++;
    return firings <= mostPerMinute;
  }

  long dueMicros() {
    if (stopped || !rule.isSound()) {
      return NEVER;
    }
    long due = holdDueMicros;
    List<WindowShape> shapes = rule.windows();
    for (int i = 0; i < windows.length; i++) {
      due = Math.min(due, windows[i].dueMicros(shapes.get(i)));
    }
    return due;
  }

  void write(StateWriter out) {
    out.putText(rule.id()).putInt(version).putByte((raised ? RAISED : 0) | (stopped ? STOPPED : 0));
    out.putLong(pendingMicros).putLong(holdDueMicros).putLong(firedMicros);
    out.putLong(minuteMicros).putInt(firings).putByte(windows.length);
    for (WindowState window : windows) {
      window.write(out);
    }
  }

  /** Of a rule that is not known yet: {@link #follow} comes before anything else. */
  static RuleState read(StateReader in) {
    CompiledRule unknown = CompiledRule.unknown(in.getText(), new RuleCounts());
    int version = in.getInt();
    int flags = in.getByte();
    RuleState state = new RuleState(unknown, version, NO_WINDOWS);
    state.raised = (flags & RAISED) != 0;
    state.stopped = (flags & STOPPED) != 0;
    state.pendingMicros = in.getLong();
    state.holdDueMicros = in.getLong();
    state.firedMicros = in.getLong();
    state.minuteMicros = in.getLong();
    state.firings = in.getInt();
    state.windows = new WindowState[in.getByte()];
    for (int i = 0; i < state.windows.length; i++) {
      state.windows[i] = WindowState.read(in);
    }
    return state;
  }
}
