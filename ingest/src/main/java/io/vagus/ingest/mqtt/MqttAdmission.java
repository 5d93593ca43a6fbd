package io.vagus.ingest.mqtt;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.ProductModel;
import java.util.Optional;

/** Whether a device's message may pass, and by which model it is judged. Must not block. */
@FunctionalInterface
public interface MqttAdmission {

  /**
   * One message.
   *
   * @param sender who is connected; empty in open mode
   * @param target the device that the topic names: another than the sender behind a gateway
   */
  Decision admit(Optional<Device> sender, DeviceId target, int payloadBytes);

  /** What becomes of a message. */
  sealed interface Decision {}

  record Admitted(ProductModel model) implements Decision {}

  record Denied(ErrorCode code, String why) implements Decision {}
}
