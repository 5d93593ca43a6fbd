package io.vagus.fleet;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which devices are simulated. */
final class FleetOptions {
  private static final int PRODUCT_DEVICES = 100;

  @ArgGroup @Nullable Kind kind;

  /** What the devices are: one of both. */
  static final class Kind {
    @Option(
        names = "--product",
        paramLabel = "FILE",
        description =
            "A product model, JSON as the API takes it: devices send its metrics, within their"
                + " ranges.")
    @Nullable Path product;

    @Option(
        names = "--profile",
        paramLabel = "FILE",
        description = "What the fleet is made of, JSON (default: the demo's).")
    @Nullable Path profile;
  }

  @Option(
      names = "--devices",
      paramLabel = "N",
      description =
          "How many, shared out as the profile says (default: as many as it names; of a product"
              + " 100).")
  int devices;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "Begins the devices' ids, to tell them from real ones (default: none).")
  String prefix = "";

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Messages a second in all (default: by each product's cadence).")
  double rate;

  @Option(
      names = "--http-share",
      paramLabel = "SHARE",
      description = "Of the devices, 0 to 1, the others speak MQTT (default: as the profile says).")
  @Nullable Double httpShare;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Chooses everything that is by chance (default: 1).")
  long seed = 1;

  @Option(
      names = "--follow-desired",
      description =
          "Devices that speak MQTT send as often as their desired state says (seconds, in the field"
              + " interval) and report it; stubborn ones report that they do not.")
  boolean followDesired;

  Profile profile() {
    Profile profile;
    if (kind != null && kind.product != null) {
      profile = ProductFile.parse(read(kind.product));
    } else if (kind != null && kind.profile != null) {
      profile = ProfileFile.parse(read(kind.profile));
    } else {
      profile = Demo.profile();
    }
    if (httpShare == null) {
      return profile;
    } else if (!(httpShare >= 0 && httpShare <= 1)) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "--http-share: " + httpShare + " (expected: 0 to 1)");
    }
    return profile.overHttp(httpShare);
  }

  List<DevicePlan> plans(Profile profile) {
    requireNotNegative("--devices", devices);
    requireNotNegative("--rate", rate);
    boolean product = kind != null && kind.product != null;
    int size = product ? PRODUCT_DEVICES : profile.devices();
    List<DevicePlan> plans =
        new Population(profile, seed)
            .devices(devices > 0 ? devices : size).stream()
                .map(plan -> prefix.isEmpty() ? plan : plan.named(prefix + plan.id()))
                .toList();
    return rate > 0
        ? plans.stream().map(plan -> plan.each((long) (plans.size() / rate * 1e6))).toList()
        : plans;
  }

  private static void requireNotNegative(String option, double value) {
    if (value < 0) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, option + ": " + value + " (expected: >= 0)");
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
    }
  }
}
