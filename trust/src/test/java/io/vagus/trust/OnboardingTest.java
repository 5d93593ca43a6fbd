package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.BatchMember;
import io.vagus.registry.BatchMember.Enrolled;
import io.vagus.registry.BatchMember.Heard;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.EnrolmentBatches;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnboardingTest {
  @TempDir Path folder;

  @Test
  void splitsTheTimeOfEachDeviceByStep() {
    CaFixture ca = new CaFixture(folder, KeyKind.P256);
    EnrolmentBatches batches = ca.registry.batches();
    Instant listed = ca.clock.now();
    batches.create(
        new EnrolmentBatch(
            "march", "meter", Optional.empty(), 9, Optional.empty(), listed, Optional.empty()));
    batches.addMembers(
        "march",
        List.of(
            BatchMember.listed(CaFixture.PUMP, Optional.empty()),
            BatchMember.listed(CaFixture.FAN, Optional.empty())));
    ca.clock.advance(Duration.ofHours(2));
    Instant enrolled = ca.clock.now();
    batches.enrolled("march", CaFixture.PUMP, new Enrolled(enrolled, "claim 5f0e"));
    Heard heard = new Heard(Optional.of(enrolled.plusSeconds(3)), enrolled.plusSeconds(4));
    batches.heard(Map.of(CaFixture.PUMP, heard));

    Onboarding onboarding = Onboarding.of(batches, "march");
    assertThat(onboarding.listed()).isEqualTo(2);
    assertThat(onboarding.enrolled()).isEqualTo(1);
    assertThat(onboarding.accepted()).isEqualTo(1);
    assertThat(onboarding.steps())
        .extracting(step -> step.name() + " " + step.count() + " " + step.p50().toSeconds())
        .containsExactly(
            "record-to-certificate 1 7200",
            "certificate-to-connection 1 3",
            "connection-to-accepted 1 1",
            "record-to-accepted 1 7204");
    assertThat(onboarding.ways()).containsExactly(Map.entry("claim", 1L));
    assertThat(onboarding.manualSteps()).anyMatch(step -> step.startsWith("claim: "));
  }
}
