package io.vagus.cli;

import io.vagus.client.ApiPath;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.EvidenceCheck;
import io.vagus.trust.EvidenceCheck.Broken;
import io.vagus.trust.EvidenceCheck.Genuine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus breach}. */
@Command(
    name = "breach",
    description = "Devices in wrong hands: shuts them out, and keeps evidence.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:",
      "  ./vagus breach contain --device pump-7 --reason 'key found on a forum'",
      "  ./vagus breach verify device-pump-7.evidence.zip"
    })
final class BreachCommand {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Of whom. */
  static final class Part {
    @Option(names = "--device", paramLabel = "DEVICE", required = true, description = "One.")
    @Nullable String device;

    @Option(
        names = "--group",
        paramLabel = "GROUP",
        required = true,
        description = "Those of a group and below; all: the whole fleet.")
    @Nullable String group;

    String path(String what) {
      return device != null
          ? ApiPath.of("devices", device, what)
          : ApiPath.of("groups", String.valueOf(group), what);
    }

    Path file() {
      String name = device != null ? "device-" + device : "group-" + group;
      return Path.of(name.replaceAll("[^A-Za-z0-9._-]", "-") + ".evidence.zip");
    }
  }

  @Command(
      description = {
        "Quarantines devices, ends their sessions, revokes their certificates, takes their secrets"
            + " away, and writes what is known of them to a signed archive. Says of each device what"
            + " was done; done again it does what is left. Exit code 1 when one failed, or its"
            + " session had not ended a second later."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus breach contain --group acme/north --reason 'gateway stolen' --evidence north.zip"
      })
  int contain(
      @Mixin ApiOptions api,
      @ArgGroup(multiplicity = "1") Part part,
      @Option(
              names = "--reason",
              paramLabel = "TEXT",
              required = true,
              description = "For the event log, up to 500 characters.")
          String reason,
      @Option(
              names = "--evidence",
              paramLabel = "FILE",
              description = "Where the archive goes (default: device-ID.evidence.zip).")
          @Nullable Path evidence,
      @Option(names = "--no-evidence", description = "Writes no archive.") boolean none)
      throws IOException {
    ObjectNode body = JSON.createObjectNode().put("reason", reason);
    Tally tally = new Tally();
    api.stream(part.path("breach"), body, tally::read);
    System.out.println(tally);
    if (!none) {
      write(api, part.path("evidence"), evidence == null ? part.file() : evidence);
    }
    return tally.failed == 0 && tally.open == 0 ? 0 : 1;
  }

  /** What became of the devices, told as it comes. */
  private static final class Tally {
    private int contained;
    private int already;
    private int failed;
    private int open;
    private long slowestMillis;

    void read(InputStream lines) throws IOException {
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank()) {
          add(JSON.readTree(line));
        }
      }
    }

    private void add(JsonNode done) {
      switch (done.path("result").asString()) {
        case "contained" -> contained++;
        case "already" -> already++;
        default -> failed++;
      }
      boolean ended = done.has("disconnectedMillis");
      if (done.path("connected").asBoolean() && !ended) {
        open++;
      }
      slowestMillis = Math.max(slowestMillis, done.path("disconnectedMillis").asLong(0));
      System.out.printf(
          "%s: %s%s, %d certificates and %d tokens revoked%s%s%n",
          done.path("device").asString(),
          done.path("result").asString(),
          done.has("before") ? ", was " + done.path("before").asString() : "",
          done.path("certificatesRevoked").asInt(),
          done.path("tokensRevoked").asInt(),
          done.path("secretTaken").asBoolean() ? ", secret taken" : "",
          session(done, ended));
    }

    private static String session(JsonNode done, boolean ended) {
      if (done.has("why")) {
        return ": " + done.path("why").asString();
      }
      if (!done.path("connected").asBoolean()) {
        return "";
      }
      return ended
          ? ", session ended after " + done.path("disconnectedMillis").asLong() + " ms"
          : ", SESSION STILL OPEN";
    }

    @Override
    public String toString() {
      return "%d contained, %d were already, %d failed, %d sessions still open; the last session ended after %d ms"
          .formatted(contained, already, failed, open, slowestMillis);
    }
  }

  @Command(
      description = "Writes what is known of devices to a signed archive, and changes nothing.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus breach export --device pump-7 --from 2026-11-01T00:00:00Z pump-7.zip"
      })
  int export(
      @Mixin ApiOptions api,
      @ArgGroup(multiplicity = "1") Part part,
      @Option(names = "--from", paramLabel = "TIME", description = "Of messages (default: all).")
          @Nullable String from,
      @Option(names = "--to", paramLabel = "TIME", description = "Of messages (default: all).")
          @Nullable String to,
      @Parameters(paramLabel = "FILE", arity = "0..1") @Nullable Path file)
      throws IOException {
    String range = (ApiPath.and("from", from) + ApiPath.and("to", to)).replaceFirst("^&", "?");
    write(api, part.path("evidence") + range, file == null ? part.file() : file);
    return 0;
  }

  /** Never over a file that is there. */
  private static void write(ApiOptions api, String path, Path file) throws IOException {
    try {
      api.stream(path, body -> Files.copy(body, file));
    } catch (FileAlreadyExistsException e) {
      throw new VagusException(
          ErrorCode.CONFLICT, file + ": exists (expected: a new file; it was not touched)", e);
    }
    System.out.println("evidence: " + file);
  }

  @Command(
      description =
          "Proves that an archive of evidence is as it was made, without a server: by the root of"
              + " the authority. Exit code 1, and what is wrong, when it is not.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus breach verify --root root.crt device-pump-7.evidence.zip"
      })
  int verify(
      @Option(
              names = "--root",
              paramLabel = "FILE",
              description = "Certificate of the root, PEM (default: those of --data).")
          @Nullable Path root,
      @Option(
              names = "--data",
              paramLabel = "DIR",
              defaultValue = "data",
              description = "Whose roots count (default: ${DEFAULT-VALUE}).")
          Path data,
      @Parameters(paramLabel = "FILE") Path file) {
    var roots =
        root == null
            ? EvidenceCheck.roots(DeviceCertificates.folder(data))
            : EvidenceCheck.read(root);
    if (roots.isEmpty()) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          data + ": has no authority (expected: --root with its root's certificate)");
    }
    return switch (EvidenceCheck.check(file, roots)) {
      case Broken(String why) -> {
        System.out.println("NOT GENUINE: " + why);
        yield 1;
      }
      case Genuine genuine -> {
        print(genuine);
        yield 0;
      }
    };
  }

  private static void print(Genuine genuine) {
    System.out.println("genuine: " + genuine.files().size() + " files, none changed");
    genuine
        .head()
        .forEach(
            (name, values) -> System.out.println("  " + name + ": " + String.join(", ", values)));
    System.out.println(
        "signed by a key of its own, certificate "
            + DeviceCertificates.serial(genuine.signer())
            + " of "
            + genuine.signer().getIssuerX500Principal().getName());
    System.out.println("under root " + DeviceCertificates.fingerprint(genuine.root()));
  }
}
