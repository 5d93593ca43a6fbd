package io.vagus.fleet;

/** What a device has to send, message by message. */
interface Source {
  /** The first message due at or after that time. */
  long messageAt(long micros);

  long dueMicros(long message);

  /** Whether the device says nothing then. */
  boolean isSilent(long message);

  Link.Passage passage(long message);

  byte[] payload(long message);

  /**
   * The same at another cadence.
   *
   * @param last that was due before
   * @param nowMicros since when
   */
  default Source at(long cadenceMicros, long last, long nowMicros) {
    return this;
  }
}
