package io.vagus.cli;

import static io.vagus.cli.EnrolCommand.object;
import static io.vagus.cli.EnrolCommand.put;
import static io.vagus.cli.EnrolCommand.read;

import io.vagus.client.ApiPath;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus enrol batch}. */
@Command(
    name = "batch",
    description = "Devices that are made together and enrol by themselves.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:",
      "  ./vagus enrol batch create march --product pump",
      "  ./vagus enrol batch add march devices.csv"
    })
final class EnrolBatchCommand {
  private static final String BATCHES = "/api/v1/enrolment/batches";

  /** What fits into a request of the usual bound. */
  private static final int MEMBERS_AT_ONCE = 4000;

  @Command(
      description = "Makes a batch: devices that are made together and enrol by themselves.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus enrol batch create march --product pump --closes 2027-01-31T00:00:00Z",
        "  ./vagus enrol batch create meters --product meter --vendor-root vendor.pem"
      })
  int create(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "BATCH") String batch,
      @Option(names = "--product", paramLabel = "PRODUCT", required = true) String product,
      @Option(
              names = "--prefix",
              paramLabel = "TEXT",
              description = "Devices whose id begins so enrol without being listed.")
          @Nullable String prefix,
      @Option(names = "--max", paramLabel = "N", description = "How many may enrol.")
          @Nullable Long most,
      @Option(names = "--closes", paramLabel = "TIME", description = "When enrolment ends.")
          @Nullable String closes,
      @Option(
              names = "--vendor-root",
              paramLabel = "FILE",
              description = "Certificate that vouches for hardware identities (IDevID), PEM.")
          @Nullable Path vendorRoot) {
    ObjectNode body = object().put("id", batch).put("product", product);
    put(body, "prefix", prefix);
    put(body, "closes", closes);
    put(body, "vendorRoot", vendorRoot == null ? null : read(vendorRoot));
    if (most != null) {
      body.put("maxDevices", most);
    }
    api.post(BATCHES, body);
    System.out.println("batch " + batch + " is open");
    return 0;
  }

  @Command(
      description = "Lists devices in a batch: a line each, DEVICE or DEVICE,SERIALNUMBER.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus enrol batch add march devices.csv"})
  int add(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "BATCH") String batch,
      @Parameters(paramLabel = "FILE") Path file) {
    List<String> lines =
        read(file).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    String path = ApiPath.of("enrolment", "batches", batch, "members");
    long added = 0;
    for (int from = 0; from < lines.size(); from += MEMBERS_AT_ONCE) {
      int to = Math.min(lines.size(), from + MEMBERS_AT_ONCE);
      added += api.post(path, members(lines.subList(from, to))).path("added").asLong();
    }
    System.out.println(added + " devices added to " + batch);
    return 0;
  }

  private static ObjectNode members(List<String> lines) {
    ObjectNode body = object();
    ArrayNode members = body.putArray("members");
    for (String line : lines) {
      int comma = line.indexOf(',');
      ObjectNode member = members.addObject();
      member.put("device", comma < 0 ? line : line.substring(0, comma).strip());
      put(member, "serialNumber", comma < 0 ? null : line.substring(comma + 1).strip());
    }
    return body;
  }

  @Command(
      description = "Lists the batches, and how many of each enrolled.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus enrol batch list"})
  int list(@Mixin ApiOptions api) {
    Table table = new Table("batch", "product", "open", "listed", "enrolled");
    for (JsonNode b : api.get(BATCHES).path("items")) {
      table.add(
          b.path("id").asString(),
          b.path("product").asString(),
          b.path("open").asBoolean() ? "yes" : "no",
          b.path("members").asString(),
          b.path("enrolled").asString());
    }
    table.print();
    return 0;
  }

  @Command(
      description = "Ends a batch's enrolment at once.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus enrol batch close march"})
  int close(@Mixin ApiOptions api, @Parameters(paramLabel = "BATCH") String batch) {
    api.post(ApiPath.of("enrolment", "batches", batch, "close"));
    System.out.println("batch " + batch + " is closed");
    return 0;
  }

  @Command(
      description = "Lets a device of a batch enrol once more.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus enrol batch again march pump-7"})
  int again(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "BATCH") String batch,
      @Parameters(paramLabel = "DEVICE") String device) {
    api.post(ApiPath.of("enrolment", "batches", batch, "members", device, "again"));
    System.out.println(device + " may enrol again");
    return 0;
  }
}
