package io.vagus.cli;

import io.vagus.fleet.Demo;
import io.vagus.server.Configuration;
import io.vagus.server.Server;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./vagus up}. */
@Command(
    name = "up",
    description = "Runs the platform: MQTT and HTTP ingestion, storage, API and page.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "ADDR is HOST:PORT, :PORT for every address, or off; port 0 takes a free one.",
      "Any other setting: --SECTION.KEY=VALUE; `./vagus config` lists them with their meaning.",
      "",
      "Example:",
      "  ./vagus up --demo",
      "  ./vagus up --data /var/lib/vagus --mqtt :1883 --http 127.0.0.1:8080 --journal.every=2ms"
    })
final class UpCommand implements Callable<Integer> {
  @Mixin final SettingOptions settings = new SettingOptions();

  @Option(
      names = "--demo",
      description =
          "With about 200 simulated devices, and this machine as one more. Implies --open, unless"
              + " --listen.open=false.")
  boolean demo;

  private volatile @Nullable Demo fleet;

  @Override
  public Integer call() throws InterruptedException {
    Configuration configuration = demo ? settings.readOpen() : settings.read();
    Server server = Server.start(configuration);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "shutdown"));
    server
        .firstToken()
        .ifPresent(token ->
            System.out.printf(
                "admin token (shown once, kept in %s, readable by you alone):%n  %s%n",
                configuration.server().data().resolve(Server.TOKEN_FILE), token));
    System.out.println(server.readyLine());
    if (demo) {
      fleet = DemoFleet.start(server, configuration);
    }
    server.awaitClose();
    return 0;
  }

  private void stop(Server server) {
    Demo started = fleet;
    if (started != null) {
      started.close();
    }
    server.close();
  }
}
