package io.vagus.process;

import io.vagus.ledger.Balance;
import io.vagus.ledger.DeadLetter;
import io.vagus.ledger.Duplicate;
import io.vagus.ledger.Gap;
import io.vagus.ledger.Ledger;
import io.vagus.ledger.MessageTrace;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.util.List;
import java.util.Optional;

/** The ledger as the processing keeps it. Thread-safe. */
final class ProcessLedger implements Ledger {
  private final BalanceSheet balance;
  private final Partition partition;

  ProcessLedger(BalanceSheet balance, Partition partition) {
    this.balance = balance;
    this.partition = partition;
  }

  @Override
  public Balance balance() {
    return balance.draw();
  }

  @Override
  public List<MessageTrace> trace(String id, Optional<DeviceId> device) {
    return List.of();
  }

  @Override
  public Page<MessageTrace> recent(DeviceId device, int limit) {
    return new Page<>(List.of(), Optional.empty());
  }

  @Override
  public Page<DeadLetter> deadLetters(
      Optional<DeviceId> device, Optional<String> cursor, int limit) {
    return new Page<>(List.of(), Optional.empty());
  }

  @Override
  public Optional<DeadLetter> deadLetter(String id) {
    return Optional.empty();
  }

  @Override
  public Page<Duplicate> duplicates(Optional<DeviceId> device, Optional<String> cursor, int limit) {
    return new Page<>(List.of(), Optional.empty());
  }

  @Override
  public Page<Gap> gaps(Optional<DeviceId> device, Optional<String> cursor, int limit) {
    List<Gap> gaps = device.flatMap(partition::device).map(DeviceState::openGaps).orElse(List.of());
    return new Page<>(gaps, Optional.empty());
  }
}
