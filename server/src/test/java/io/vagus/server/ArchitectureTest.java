package io.vagus.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.Stream;

/** The house's walls that Maven does not hold (DESIGN §4). */
@AnalyzeClasses(packages = "io.vagus", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] ENGINES = {
    "io.netty..",
    "io.questdb..",
    "io.helidon..",
    "tools.jackson..",
    "org.jdbi..",
    "org.sqlite..",
    "org.flywaydb..",
    "java.sql.."
  };

  @ArchTest
  static final ArchRule stagesDoNotImportEachOther =
      noClasses()
          .that()
          .resideInAnyPackage("io.vagus.ingest..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vagus.process..", "io.vagus.api..", "io.vagus.server..");

  @ArchTest
  static final ArchRule processImportsNoStage =
      noClasses()
          .that()
          .resideInAPackage("io.vagus.process..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vagus.ingest..", "io.vagus.api..", "io.vagus.server..");

  @ArchTest
  static final ArchRule apiImportsNoStage =
      noClasses()
          .that()
          .resideInAPackage("io.vagus.api..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vagus.ingest..", "io.vagus.process..", "io.vagus.server..");

  @ArchTest
  static final ArchRule onlyKitReadsAClock =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.vagus.kit..", "io.vagus.testkit..", "io.vagus.bench..")
          .and()
          .resideOutsideOfPackage("io.vagus.cli..")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(java.time.Instant.class, "now");

  @ArchTest
  static final ArchRule everyPackageIsNullMarked =
      classes()
          .that()
          .haveSimpleName("package-info")
          .should()
          .beAnnotatedWith("org.jspecify.annotations.NullMarked");

  @ArchTest
  static final ArchRule noEngineTypeCrossesAPublicSurface =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(
              "io.vagus.journal",
              "io.vagus.series..",
              "io.vagus.registry..",
              "io.vagus.wire..",
              "io.vagus.ingest",
              "io.vagus.process..",
              "io.vagus.api..")
          .should(notMention(JavaClass.Predicates.resideInAnyPackage(ENGINES)));

  private static ArchCondition<JavaMethod> notMention(DescribedPredicate<JavaClass> engine) {
    return new ArchCondition<>("mention no type of an engine") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        List<JavaClass> mentioned =
            Stream.concat(
                    Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream())
                .filter(engine)
                .toList();
        if (!mentioned.isEmpty()) {
          events.add(
              SimpleConditionEvent.violated(method, method.getFullName() + " -> " + mentioned));
        }
      }
    };
  }
}
