package io.vagus.command;

class InMemoryCommandRecordsTest extends CommandRecordsContract {
  @Override
  protected CommandRecords open() {
    return new InMemoryCommandRecords();
  }
}
