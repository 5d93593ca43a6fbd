package io.vagus.bench;

import io.vagus.bench.mqtt.DeviceConnection;
import io.vagus.bench.mqtt.MessageWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** The devices of a bench. */
final class Fleet {
  static final String PRODUCT = "bench";
  static final String SECRET = "bench secret";

  private Fleet() {}

  /** Of even length, so that packets can be encoded once. */
  static String device(int number) {
    return String.format(Locale.ROOT, "bench-%07d", number);
  }

  static void register(Probe api, int devices, int metrics, Optional<String> secret) {
    api.createProduct(PRODUCT, metrics);
    List<String> ids = IntStream.range(0, devices).mapToObj(Fleet::device).toList();
    api.createDevices(PRODUCT, ids, secret);
  }

  /** Connections that are devices with a secret and send telemetry of that shape. */
  static MqttLoad.Source telemetry(Telemetry.Shape shape, boolean persistent) {
    return new MqttLoad.Source() {
      @Override
      public DeviceConnection.Login login(int connection) {
        return new DeviceConnection.Login(shape.protocol(), device(connection), SECRET, persistent);
      }

      @Override
      public MessageWriter writer(int connection) {
        return new Telemetry(device(connection), shape);
      }
    };
  }
}
