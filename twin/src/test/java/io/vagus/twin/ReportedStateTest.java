package io.vagus.twin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import io.vagus.model.DocumentPatch;
import io.vagus.model.Reported;
import io.vagus.wire.DocumentCodec;
import io.vagus.wire.Report;
import io.vagus.wire.ReportCodec;
import io.vagus.wire.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ReportedStateTest {
  private static final DeviceId D1 = new DeviceId("d1");
  private final ReportedState state = new ReportedState();

  private void report(long timeMicros, String json) {
    state.apply(
        ReportCodec.decode(json.getBytes(UTF_8)), timeMicros, timeMicros, UnaryOperator.identity());
  }

  private String text() {
    return DocumentCodec.text(state.view(D1).document());
  }

  @Test
  void aLateReportNeverOverwritesWhatIsNewer() {
    report(20, "{\"mode\":\"eco\",\"valve\":{\"position\":60}}");
    report(10, "{\"mode\":\"off\",\"rate\":5}");
    assertThat(text()).isEqualTo("{\"mode\":\"eco\",\"rate\":5,\"valve\":{\"position\":60}}");
    assertThat(state.view(D1).fields().get("/rate").timeMicros()).isEqualTo(10);
  }

  @Test
  void whatWasTakenAwayStaysAwayAgainstOlderReports() {
    report(10, "{\"valve\":{\"position\":60}}");
    report(30, "{\"valve\":null}");
    report(20, "{\"valve\":{\"position\":50,\"torque\":1}}");
    assertThat(text()).isEqualTo("{}");
    report(40, "{\"valve\":{\"torque\":2}}");
    assertThat(text()).isEqualTo("{\"valve\":{\"torque\":2}}");
  }

  @Test
  void ofTheSameTimeTheHigherSequenceWins() {
    report(10, "{\"seq\":2,\"reported\":{\"mode\":\"b\"}}");
    report(10, "{\"seq\":1,\"reported\":{\"mode\":\"a\"}}");
    assertThat(text()).isEqualTo("{\"mode\":\"b\"}");
  }

  @Test
  void withNeitherTheLaterArrivalWins() {
    report(10, "{\"mode\":\"a\"}");
    report(10, "{\"mode\":\"b\"}");
    assertThat(text()).isEqualTo("{\"mode\":\"b\"}");
  }

  @Test
  void repeatingAValueDoesNotChangeIt() {
    report(10, "{\"mode\":\"eco\"}");
    report(20, "{\"mode\":\"eco\"}");
    assertThat(state.view(D1).fields().get("/mode"))
        .isEqualTo(new Reported.Field("\"eco\"", 20, 10));
  }

  @Test
  void remembersTheDesiredVersionOfTheNewestReport() {
    report(20, "{\"desiredVersion\":8,\"reported\":{}}");
    report(10, "{\"desiredVersion\":7,\"reported\":{}}");
    assertThat(state.view(D1).desiredVersion()).isEqualTo(8);
  }

  @Test
  void aReportPastTheBoundLeavesEverythingAsItWas() {
    String large = "x".repeat(9000);
    report(10, "{\"a\":\"" + large + "\"}");
    assertThatThrownBy(() -> report(20, "{\"b\":\"" + large + "\",\"mode\":1}"))
        .isInstanceOf(VagusException.class)
        .hasMessageContaining("reported: 18024 bytes (expected: <= 16384)");
    assertThat(state.view(D1).fields().keySet()).containsExactly("/a");
  }

  @Test
  void whatIsKeptOfAbsentFieldsIsBounded() {
    for (int i = 0; i < 1000; i++) {
      report(i, "{\"f" + i + "\":null}");
    }
    assertThat(state.encode().length).isLessThan(16 << 10);
  }

  @Provide
  Arbitrary<List<Report>> reports() {
    Arbitrary<DocumentPatch.Edit> edits =
        Arbitraries.of("/a", "/b", "/a/a", "/a/b", "/a/a/a")
            .flatMap(pointer ->
                Arbitraries.of("1", "2", "")
                    .map(json ->
                        json.isEmpty()
                            ? new DocumentPatch.Cut(pointer)
                            : new DocumentPatch.Put(pointer, json)));
    return edits
        .list()
        .ofMaxSize(10)
        .map(list -> {
          List<Report> reports = new ArrayList<>();
          for (DocumentPatch.Edit edit : list) {
            reports.add(
                new Report(
                    Optional.empty(),
                    reports.size(),
                    Sample.ABSENT,
                    Sample.ABSENT,
                    new DocumentPatch(List.of(edit))));
          }
          return reports;
        });
  }

  /** In order each is a merge patch; in any other order the same comes out. */
  @Property(tries = 1000)
  void reportsInAnyOrderComeToTheSameState(
      @ForAll("reports") List<Report> reports, @ForAll long seed) {
    Document expected = Document.EMPTY;
    for (Report report : reports) {
      expected = expected.with(report.patch());
    }
    List<Report> shuffled = new ArrayList<>(reports);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(after(reports).document()).isEqualTo(after(shuffled).document());
    assertThat(after(reports).document()).isEqualTo(expected);
  }

  private static Reported after(List<Report> reports) {
    ReportedState state = new ReportedState();
    for (Report report : reports) {
      state.apply(report, report.timeMicros(), 0, UnaryOperator.identity());
    }
    return state.view(D1);
  }

  @Property(tries = 200)
  void whatIsWrittenIsReadBack(@ForAll("reports") List<Report> reports) {
    ReportedState state = new ReportedState();
    for (Report report : reports) {
      state.apply(report, report.timeMicros(), 7, UnaryOperator.identity());
    }
    ReportedState read = ReportedState.decode(state.encode(), UnaryOperator.identity());
    assertThat(read.view(D1)).isEqualTo(state.view(D1));
    assertThat(read.encode()).isEqualTo(state.encode());
  }
}
