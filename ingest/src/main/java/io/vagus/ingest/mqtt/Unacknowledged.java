package io.vagus.ingest.mqtt;

import io.vagus.ingest.Receipt;
import io.vagus.kit.ErrorCode;

/** The receipt of a message whose sender waits for nothing: of QoS 0, or a will. */
enum Unacknowledged implements Receipt {
  RECEIPT;

  @Override
  public void durable(long offset) {}

  @Override
  public void deadLettered(long offset, ErrorCode reason, String why) {}

  @Override
  public void abandoned() {}

  @Override
  public boolean wantsVerdict() {
    return false;
  }
}
