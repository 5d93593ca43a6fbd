package io.vagus.command;

class InMemoryBulkRecordsTest extends BulkRecordsContract {
  @Override
  Opened open() {
    CommandRecords commands = new InMemoryCommandRecords();
    return new Opened(commands, new InMemoryBulkRecords(commands));
  }

  @Override
  void shut() {}
}
