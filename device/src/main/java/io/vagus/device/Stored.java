package io.vagus.device;

/** What became of a message that a device was handed. */
public sealed interface Stored {
  /**
   * It is kept until the server has it. With a store on disk that is so even if the process is
   * killed now.
   */
  record Kept(long number) implements Stored {}

  /** It was not taken, and is counted. */
  record Dropped(DropReason reason) implements Stored {}

  /** Why a message was given up. */
  enum DropReason {
    /** The store is full, and its policy does not give up another message. */
    FULL,
    /** The disk takes no more. */
    DISK
  }
}
