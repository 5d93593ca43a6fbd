package io.vagus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Document;
import io.vagus.model.DocumentPatch;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DocumentCodecTest {
  private static DocumentPatch patch(String json) {
    return DocumentCodec.readPatch(json.getBytes(UTF_8));
  }

  private static String apply(String document, String patch) {
    return DocumentCodec.text(DocumentCodec.read(document).with(patch(patch)));
  }

  /** RFC 7386, appendix A, where the result is an object, and empty branches do not exist. */
  @Test
  void mergesAsTheStandardSays() {
    assertThat(apply("{\"a\":\"b\"}", "{\"a\":\"c\"}")).isEqualTo("{\"a\":\"c\"}");
    assertThat(apply("{\"a\":\"b\"}", "{\"b\":\"c\"}")).isEqualTo("{\"a\":\"b\",\"b\":\"c\"}");
    assertThat(apply("{\"a\":\"b\"}", "{\"a\":null}")).isEqualTo("{}");
    assertThat(apply("{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}")).isEqualTo("{\"b\":\"c\"}");
    assertThat(apply("{\"a\":[\"b\"]}", "{\"a\":\"c\"}")).isEqualTo("{\"a\":\"c\"}");
    assertThat(apply("{\"a\":\"c\"}", "{\"a\":[\"b\"]}")).isEqualTo("{\"a\":[\"b\"]}");
    assertThat(apply("{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}"))
        .isEqualTo("{\"a\":{\"b\":\"d\"}}");
    assertThat(apply("{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}")).isEqualTo("{\"a\":[1]}");
    assertThat(apply("{\"a\":\"foo\"}", "{\"a\":{\"b\":2}}")).isEqualTo("{\"a\":{\"b\":2}}");
    assertThat(apply("{\"a\":{\"b\":2,\"c\":3}}", "{\"a\":1}")).isEqualTo("{\"a\":1}");
    assertThat(apply("{}", "{\"a\":{\"bb\":{\"ccc\":null}}}")).isEqualTo("{}");
  }

  @Test
  void equalNumbersAreEqualFields() {
    assertThat(
            DocumentCodec.read("{\"a\":40.0,\"b\":4e1,\"c\":0.5,\"d\":1e300,\"e\":-0.0}").fields())
        .containsEntry("/a", "40")
        .containsEntry("/b", "40")
        .containsEntry("/c", "0.5")
        .containsEntry("/d", "1E+300")
        .containsEntry("/e", "0");
  }

  @Test
  void namesMayHoldWhatPointersEscape() {
    assertThat(apply("{}", "{\"a/b\":{\"c~d\":1},\"a\":2,\"a-b\":3}"))
        .isEqualTo("{\"a\":2,\"a-b\":3,\"a/b\":{\"c~d\":1}}");
  }

  private static void refused(String json, ErrorCode code, String why) {
    assertThatThrownBy(() -> DocumentCodec.read(json))
        .isInstanceOfSatisfying(VagusException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(why);
  }

  @Test
  void refusesWhatIsNoDocument() {
    refused("[1]", ErrorCode.PAYLOAD_MALFORMED, "no object");
    refused("{\"a\":1}{}", ErrorCode.PAYLOAD_MALFORMED, "more after its end");
    refused("{\"a\":1,\"a\":2}", ErrorCode.PAYLOAD_MALFORMED, "/a: given twice");
    refused("{\"\":1}", ErrorCode.PAYLOAD_MALFORMED, "a name of 0 characters");
    refused("{\"a\":1e999}", ErrorCode.PAYLOAD_MALFORMED, "1e999 (expected: a number");
    refused("{\"a\":\"\\ud800\"}", ErrorCode.PAYLOAD_MALFORMED, "half a character");
    refused("{\"a\"", ErrorCode.PAYLOAD_MALFORMED, "payload: ");
    refused("{\"a\":".repeat(9) + "1" + "}".repeat(9), ErrorCode.PAYLOAD_MALFORMED, "depth 9");
    refused(
        "{\"a\":" + "[".repeat(8) + "]".repeat(8) + "}", ErrorCode.PAYLOAD_MALFORMED, "depth 9");
    refused(
        "{\"a\":\"" + "x".repeat(Document.MAX_BYTES) + "\"}",
        ErrorCode.PAYLOAD_TOO_LARGE,
        "document: 16392 bytes (expected: <= 16384)");
    refused(fields(257), ErrorCode.TOO_MANY_VALUES, "document: 257 fields (expected: <= 256)");
    assertThat(DocumentCodec.read(fields(256)).fields()).hasSize(256);
  }

  private static String fields(int count) {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      json.append(i == 0 ? "" : ",").append("\"f").append(i).append("\":1");
    }
    return json.append("}").toString();
  }

  @Provide
  Arbitrary<Document> documents() {
    Arbitrary<String> pointers =
        Arbitraries.of("a", "b", "a-", "~1")
            .list()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(names -> {
              StringBuilder pointer = new StringBuilder();
              names.forEach(name -> pointer.append('/').append(name));
              return pointer.toString();
            });
    Arbitrary<DocumentPatch.Edit> puts =
        net.jqwik.api.Combinators.combine(pointers, Arbitraries.of("1", "\"x\"", "[2]"))
            .as(DocumentPatch.Put::new);
    return puts.list().ofMaxSize(6).map(edits -> Document.EMPTY.with(new DocumentPatch(edits)));
  }

  @Property(tries = 300)
  void whatIsWrittenIsReadBack(@ForAll("documents") Document document) {
    assertThat(DocumentCodec.read(DocumentCodec.text(document))).isEqualTo(document);
  }

  @Property(tries = 500)
  void theDifferenceMakesOneOutOfTheOther(
      @ForAll("documents") Document one, @ForAll("documents") Document other) {
    DocumentPatch difference = DocumentCodec.readPatch(DocumentCodec.encode(one.to(other)));
    assertThat(one.with(difference)).isEqualTo(other);
    assertThat(one.to(one).isEmpty()).isTrue();
  }

  @Test
  void missingIsWhatTheOtherDoesNotFollow() {
    Document desired = DocumentCodec.read("{\"a\":1,\"b\":{\"c\":2}}");
    Document reported = DocumentCodec.read("{\"a\":1.0,\"b\":{\"c\":3},\"d\":4}");
    assertThat(desired.missingIn(reported).fields())
        .isEqualTo(new TreeMap<>(java.util.Map.of("/b/c", "2")));
  }

  @Test
  void readsReportsInBothForms() {
    Report bare = ReportCodec.decode("{\"mode\":\"eco\",\"time\":5}".getBytes(UTF_8));
    assertThat(bare.hasTime()).isFalse();
    assertThat(bare.patch().edits()).hasSize(2);
    Report whole =
        ReportCodec.decode(
            ("{\"time\":\"2026-11-25T10:00:00Z\",\"seq\":12,\"desiredVersion\":8,\"id\":\"r\","
                    + "\"reported\":{\"a\":null}}")
                .getBytes(UTF_8));
    assertThat(whole.id()).contains("r");
    assertThat(whole.timeMicros()).isEqualTo(1_795_600_800_000_000L);
    assertThat(whole.sequence()).isEqualTo(12);
    assertThat(whole.desiredVersion()).isEqualTo(8);
    assertThat(whole.patch().edits()).isEqualTo(List.of(new DocumentPatch.Cut("/a")));
  }

  @Test
  void refusesReportsThatAreNone() {
    for (String bad :
        List.of(
            "{\"reported\":5}",
            "{\"reported\":{},\"mode\":1}",
            "{\"reported\":{},\"seq\":-1}",
            "{\"reported\":{},\"time\":\"yesterday\"}",
            "{\"reported\":{},\"reported\":{}}",
            "[]",
            "")) {
      assertThatThrownBy(() -> ReportCodec.decode(bad.getBytes(UTF_8)))
          .as(bad)
          .isInstanceOf(VagusException.class);
    }
  }
}
