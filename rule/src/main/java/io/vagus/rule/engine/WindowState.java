package io.vagus.rule.engine;

/** What one window of a rule remembers of one device. Confined to the engine's thread. */
sealed interface WindowState permits SpanState, SlidingState, AbsenceState {
  long NEVER = Long.MAX_VALUE;

  /** No time yet. */
  long NONE = Long.MIN_VALUE;

  /**
   * How far the journal's time may have gone back before what was remembered is taken to be of a
   * clock that was wrong.
   */
  long SET_BACK_MICROS = 60_000_000;

  /** Of {@link WindowShape#signature}. */
  int signature();

  /** By the journal's time; {@link #NEVER} when it waits for nothing. */
  long dueMicros(WindowShape shape);

  void write(StateWriter out);

  static boolean isAhead(long rememberedMicros, long nowMicros) {
    return rememberedMicros != NONE && rememberedMicros - SET_BACK_MICROS > nowMicros;
  }

  static WindowState read(StateReader in) {
    int kind = in.getByte();
    int signature = in.getInt();
    return switch (kind) {
      case SpanState.STORED_AS -> SpanState.read(signature, in);
      case SlidingState.STORED_AS -> SlidingState.read(signature, in);
      case AbsenceState.STORED_AS -> AbsenceState.read(signature, in);
      default ->
          throw new IllegalArgumentException("window state: kind " + kind + " (expected: 1 to 3)");
    };
  }
}
