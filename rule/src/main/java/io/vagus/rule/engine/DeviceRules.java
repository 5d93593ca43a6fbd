package io.vagus.rule.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  /** When something is due, by the journal's time. */
  long dueMicros = WindowState.NEVER;

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
      }
    }
    states = left.toArray(NO_STATES);
    return before > 0;
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

  /** When the earliest of its timers is due. */
  long earliest() {
    long due = WindowState.NEVER;
    for (RuleState state : states) {
      due = Math.min(due, state.dueMicros());
    }
    return due;
  }

  /** What {@link #read} reads. */
  public byte[] write() {
    StateWriter out = new StateWriter();
    out.putByte(FORMAT).putText(product).putLong(dueMicros).putInt(states.length);
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
    rules.dueMicros = in.getLong();
    rules.states = new RuleState[in.getInt()];
    for (int i = 0; i < rules.states.length; i++) {
      rules.states[i] = RuleState.read(in);
    }
    return rules;
  }
}
