package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.Registry;
import io.vagus.registry.TagVocabulary;
import io.vagus.registry.TagVocabulary.Key;
import io.vagus.registry.TagsContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlTagsTest extends TagsContract {
  @TempDir Path folder;

  @Override
  protected Registry open() {
    return SqlRegistry.open(folder.resolve("registry.db"), clock, clock);
  }

  @Test
  void theVocabularyIsThereAfterReopening() {
    TagVocabulary declared = new TagVocabulary(false, Map.of("a", new Key("x", Set.of("1", "2"))));
    registry.declareTags(declared);
    registry.close();
    registry = open();
    assertThat(registry.tags()).isEqualTo(declared);
  }
}
