package io.vagus.journal;

/** Called on the journal's own thread: hand over to another thread what takes long. */
public interface AppendCallback {

  /**
   * All records of the batch are durable.
   *
   * @param firstOffset of the batch's first record; the others follow without holes
   */
  void durable(long firstOffset);

  /** The journal was closed before the batch became durable; it may or may not be there later. */
  void abandoned();
}
