package io.vagus.watch;

class InMemoryAlertsTest extends AlertsContract {
  @Override
  Alerts open() {
    return new InMemoryAlerts();
  }

  @Override
  void shut() {}
}
