package io.vagus.fleet;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is said of a run, and by what it is judged. */
final class ReportOptions {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli fills it
  CommandSpec command;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Where the report goes as JSON, to be kept; - is the standard output.")
  @Nullable String report;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description = "A report of an earlier run: its figures are shown beside this one's.")
  @Nullable Path baseline;

  @Option(
      names = "--threshold",
      paramLabel = "BOUND",
      split = ",",
      converter = Threshold.Converter.class,
      description =
          "What the run must keep, such as p99<=50ms or lost=0; several with commas. Figures:"
              + " rate, p50, p99, p999, max, lost, unanswered, refused, errors, connect, journal,"
              + " series, bytes-per-message.")
  List<Threshold> thresholds = new ArrayList<>();

  @Option(names = "--verify", description = "The ledger must agree with what the devices saw.")
  boolean verify;

  /** Read before the run: a name that is wrong is better known at once. */
  @Nullable JsonNode earlier() {
    if (baseline == null) {
      return null;
    }
    try {
      return JsonMapper.shared().readTree(Files.readString(baseline));
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + baseline + ": " + e, e);
    } catch (JacksonException e) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, baseline + ": no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** 1 when the answer is no. */
  int print(LoadReport done, @Nullable JsonNode earlier) {
    String json = done.json().toPrettyString() + System.lineSeparator();
    if ("-".equals(report)) {
      System.out.print(json);
    } else {
      System.out.println(done.text());
      if (earlier != null) {
        System.out.println(done.beside(earlier));
      }
      keep(json);
    }
    done.complaints().forEach(c -> command.commandLine().getErr().println("vagus: " + c));
    boolean agrees = !verify || done.verdict().holds();
    return agrees && done.complaints().isEmpty() ? 0 : 1;
  }

  private void keep(String json) {
    if (report != null) {
      try {
        Files.writeString(Path.of(report), json);
      } catch (IOException e) {
        throw new VagusException(ErrorCode.IO_FAILED, "cannot write " + report + ": " + e, e);
      }
    }
  }
}
