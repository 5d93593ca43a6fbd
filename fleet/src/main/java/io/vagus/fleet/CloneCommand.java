package io.vagus.fleet;

import io.vagus.client.ApiClient;
import io.vagus.client.ServerOptions;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./vagus fleet clone}. */
@Command(
    name = "clone",
    description =
        "Writes a profile of the fleet that a server knows: products, how many devices each has,"
            + " their versions, tags and places, and from their messages cadence, transports,"
            + " duplicates, loss, latency, and where the values lie.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  ./vagus fleet clone --out my-fleet.json",
      "  ./vagus fleet --profile my-fleet.json --devices 500 --data other"
    })
final class CloneCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  @Mixin final ServerOptions server = new ServerOptions();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the profile goes (default: the standard output).")
  @Nullable Path out;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description =
          "Devices of each product whose messages are looked at (default: ${DEFAULT-VALUE}).")
  int sample = 50;

  @Override
  public Integer call() {
    try (ApiClient api = server.client(TIMEOUT)) {
      String profile = new Survey(api, sample).profile().toPrettyString() + System.lineSeparator();
      if (out == null) {
        System.out.print(profile);
      } else {
        Files.writeString(out, profile);
      }
      return 0;
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot write " + out + ": " + e, e);
    }
  }
}
