package io.vagus.server;

import io.vagus.device.Device;
import io.vagus.device.DeviceConfig;
import io.vagus.device.DeviceParts;
import io.vagus.device.DropPolicy;
import io.vagus.device.StoreConfig;
import io.vagus.device.Stored;
import io.vagus.device.mqtt.Backoff;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.LinkOptions;
import io.vagus.kit.DataSize;
import io.vagus.kit.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Devices of the SDK, in this process or in one of their own that is killed. */
final class SdkDevice {
  static final LinkOptions QUICK =
      new LinkOptions(
          io.vagus.device.mqtt.Protocol.V5,
          Duration.ofSeconds(10),
          Duration.ofHours(1),
          new Backoff(Duration.ofMillis(50), Duration.ofMillis(300)),
          16);

  private SdkDevice() {}

  static DeviceConfig config(int port, StoreConfig store) {
    return DeviceConfig.of("pump-7", new HostPort("127.0.0.1", port))
        .withSecret("correct horse")
        .with(QUICK)
        .with(store);
  }

  /** Sends rising numbers without end and prints each that is kept, and the first that is not. */
  public static void main(String[] args) throws InterruptedException {
    StoreConfig store =
        StoreConfig.on(Path.of(args[0])).with(new DataSize(4 << 20), DropPolicy.valueOf(args[2]));
    try (DeviceLoops loops = new DeviceLoops(1);
        Device device =
            Device.open(
                config(Integer.parseInt(args[1]), store),
                loops,
                DeviceParts.DEFAULT.withoutTime())) {
      device.connect();
      boolean kept = true;
      for (int n = Integer.parseInt(args[3]); kept; n++) {
        kept = device.send(Map.of("n", n)) instanceof Stored.Kept;
        System.out.println(n + (kept ? " kept" : " dropped " + device.counters()));
        System.out.flush();
      }
    }
  }

  /**
   * @param limit of the size of a file, in KiB; 0: none
   */
  static Process start(Path folder, int port, DropPolicy policy, int from, int limit)
      throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>();
    if (limit > 0) {
      command.addAll(List.of("bash", "-c", "ulimit -f " + limit + "; exec \"$@\"", "limited"));
    }
    command.addAll(
        List.of(
            java,
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            SdkDevice.class.getName(),
            folder.toString(),
            String.valueOf(port),
            policy.name(),
            String.valueOf(from)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** The number of the last line, when so many were kept; then it is killed. */
  static int killAfter(Process process, int count) throws IOException, InterruptedException {
    BufferedReader out = process.inputReader();
    String last = "";
    for (int i = 0; i < count; i++) {
      last = out.readLine();
    }
    process.toHandle().destroyForcibly(); // its output can still be read
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      last = line.endsWith(" kept") ? line : last;
    }
    process.waitFor();
    return Integer.parseInt(last.split(" ")[0]);
  }
}
