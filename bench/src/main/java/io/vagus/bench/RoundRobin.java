package io.vagus.bench;

import io.vagus.bench.mqtt.DeviceConnection;
import io.vagus.bench.mqtt.MessageWriter;
import io.vagus.bench.mqtt.Protocol;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** One connection that speaks for many devices in turn, as the server's --open lets it. */
record RoundRobin(List<MessageWriter> devices) implements MessageWriter {
  @Override
  public byte[] packet(int packetId, boolean dup, long number, long timeMicros) {
    int device = (int) (number % devices.size());
    return devices.get(device).packet(packetId, dup, number / devices.size(), timeMicros);
  }

  /** The share of one of several connections, made by {@code writer} from the device's number. */
  static RoundRobin share(
      int connection, int connections, int devices, IntFunction<MessageWriter> writer) {
    return new RoundRobin(
        IntStream.range(0, devices)
            .filter(device -> device % connections == connection)
            .mapToObj(writer)
            .toList());
  }

  /** The load of some connections that speak for all devices. */
  static MqttLoad.Source source(int connections, int devices, IntFunction<MessageWriter> writer) {
    return new MqttLoad.Source() {
      @Override
      public DeviceConnection.Login login(int connection) {
        return new DeviceConnection.Login(Protocol.V5, "load-" + connection, "", false);
      }

      @Override
      public MessageWriter writer(int connection) {
        return share(connection, connections, devices, writer);
      }
    };
  }
}
