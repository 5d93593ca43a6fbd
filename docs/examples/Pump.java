import io.vagus.device.Device;
import io.vagus.device.DeviceConfig;
import io.vagus.device.DeviceParts;
import io.vagus.device.StoreConfig;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.LinkListener;
import io.vagus.kit.HostPort;
import java.nio.file.Path;
import java.util.Map;

/**
 * A device in Java on the SDK: readings that wait, in memory or on disk, while the network is away.
 *
 *   ./vagus build && java -cp 'dist/lib/*' docs/examples/Pump.java DEVICE SECRET [HOST [PORT [CA_FILE]]]
 *
 * COUNT and INTERVAL (seconds) in the environment: how many readings, how far apart. STORE: a folder
 * for what is not sent yet.
 */
class Pump {
  public static void main(String[] args) throws InterruptedException {
    if (args.length < 2) {
      System.err.println("usage: Pump DEVICE SECRET [HOST [PORT [CA_FILE]]]");
      System.exit(2);
    }
    String host = args.length > 2 ? args[2] : "127.0.0.1";
    int port = args.length > 3 ? Integer.parseInt(args[3]) : 1883;
    DeviceConfig config = DeviceConfig.of(args[0], new HostPort(host, port)).withSecret(args[1]);
    if (args.length > 4) {
      config = config.withAuthorities(Path.of(args[4]));
    }
    if (System.getenv("STORE") != null) {
      config = config.with(StoreConfig.on(Path.of(System.getenv("STORE"))));
    }
    LinkListener listener =
        new LinkListener() {
          @Override
          public void refused(int reasonCode) {
            System.err.println("refused: wrong secret, or no such device");
            Runtime.getRuntime().halt(1);
          }
        };
    // This machine sets its clock itself; a device that cannot leaves withoutTime() away.
    DeviceParts parts = DeviceParts.DEFAULT.with(listener).withoutTime();
    try (DeviceLoops loops = new DeviceLoops(1);
        Device device = Device.open(config, loops, parts)) {
      device.connect();
      for (int n = 1; n <= Integer.parseInt(env("COUNT", "60")); n++) {
        device.send(Map.of("temperature", 20.5 + n % 5));
        Thread.sleep((long) (Double.parseDouble(env("INTERVAL", "1")) * 1000));
      }
      while (device.counters().kept() > 0) {
        Thread.sleep(20);
      }
    }
  }

  private static String env(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }
}
