package io.vagus.command;

/** A bulk command, and how far it is. */
public record BulkStanding(Bulk bulk, BulkProgress progress) {

  /** Whether nothing more will happen by itself. */
  public boolean isSettled() {
    return bulk.state().isOver() && progress.open() == 0;
  }
}
