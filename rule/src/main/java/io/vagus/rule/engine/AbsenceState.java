package io.vagus.rule.engine;

/**
 * Since when a metric is silent, by the journal's time: what counts is that something came, however
 * old it was. 32 bytes.
 */
final class AbsenceState implements WindowState {
  static final int STORED_AS = 3;

  private final int signature;
  private long heardMicros = NONE;
  private boolean absent;

  AbsenceState(int signature) {
    this.signature = signature;
  }

  @Override
  public int signature() {
    return signature;
  }

  /**
   * Something came.
   *
   * @return whether that ended an absence
   */
  boolean heard(long nowMicros) {
    boolean ended = absent;
    absent = false;
    heardMicros = nowMicros;
    return ended;
  }

  /** Whether an absence begins now. */
  boolean begins(WindowShape shape, long nowMicros) {
    if (dueMicros(shape) > nowMicros) {
      return false;
    }
    absent = true;
    return true;
  }

  boolean isAbsent() {
    return absent;
  }

  long heardMicros() {
    return heardMicros;
  }

  @Override
  public long dueMicros(WindowShape shape) {
    return absent || heardMicros == NONE ? NEVER : heardMicros + shape.sizeMicros();
  }

  @Override
  public void write(StateWriter out) {
    out.putByte(STORED_AS).putInt(signature).putLong(heardMicros).putByte(absent ? 1 : 0);
  }

  static AbsenceState read(int signature, StateReader in) {
    AbsenceState state = new AbsenceState(signature);
    state.heardMicros = in.getLong();
    state.absent = in.getByte() != 0;
    return state;
  }
}
