using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Tests.Streaming.Pipelines;

/// <summary>Checks that every fault of a rules file is found with its line, and that the schema describes what is read.</summary>
public sealed class RulesFileTests
{
    private static readonly PipelineCatalog Catalog = new([DefaultPipelines.FinancialNews, DefaultPipelines.SupportChat]);

    [Fact]
    public void Rules_are_read_with_comments_and_trailing_commas_and_keep_their_defaults()
    {
        var (rules, faults) = Read("""
            {
              "$schema": "rules.schema.json",
              "pipelines": {
                // The desk wants fewer alerts.
                "financial-news": {
                  "budget": { "falseAlarms": 2, "per": "1.00:00:00" },
                  "segments": ["head:topic"],
                  "labels": [{ "head": "sentiment", "label": "positive", "direction": "both", "minimumRatio": 2, }],
                  "holidays": ["2026-12-25"],
                },
              },
            }
            """);

        Assert.Empty(faults);
        var news = rules["financial-news"];
        Assert.Equal((2, TimeSpan.FromDays(1)), (news.Budget.FalseAlarms, news.Budget.Per));
        Assert.Equal([new(2026, 12, 25)], news.Holidays);
        var expected = new LabelRule { Label = "positive", Direction = ChangeDirection.Both, MinimumRatio = 2 };
        Assert.Equal(expected, news.Labels[0] with { Segments = expected.Segments });
        Assert.Equal(new DriftRule().MinimumEmbeddingAuc, news.Drift.MinimumEmbeddingAuc);
    }

    [Theory]
    [InlineData("""{"pipelines":{"financial-news":{"lables":[]}}}""",
        "line 1: pipelines.financial-news.lables is not a key. Did you mean 'labels'?")]
    [InlineData("{\n\"pipelines\":{\"finacial-news\":{}}}",
        "line 2: pipelines.finacial-news is not a configured pipeline. Did you mean 'financial-news'?")]
    [InlineData("{\"pipelines\":{\"financial-news\":{\n\"labels\":[{\n\"direction\":\"up\"}]}}}",
        "line 3: pipelines.financial-news.labels[0].direction is \"up\"; it must be one of \"above\", \"below\", \"both\".")]
    [InlineData("{\"pipelines\":{\"financial-news\":{\n\"labels\":[{},\n{\n\"label\":\"positive\",\"minimumLift\":3}]}}}",
        "line 4: pipelines.financial-news.labels[1].minimumLift must be between 0 and 1.")]
    [InlineData("""{"pipelines":{"financial-news":{"budget":{"per":"7 days"}}}}""",
        "pipelines.financial-news.budget.per is \"7 days\"; it must be a time such as \"00:05:00\"")]
    [InlineData("""{"pipelines":{"financial-news":{"timeZone":"Mars/Olympus"}}}""", "pipelines.financial-news.timeZone is 'Mars/Olympus'")]
    [InlineData("""{"pipelines":{"financial-news":{"volume":null}}}""", "pipelines.financial-news.volume is null; leave it out")]
    [InlineData("""{"pipelines":{"financial-news":{"volume":3}}}""",
        "pipelines.financial-news.volume is 3; it must be an object in braces.")]
    [InlineData("""{"pipelines":{"financial-news":{"segments":"head:topic"}}}""", "it must be a list in brackets.")]
    [InlineData("""{"pipelines":{"financial-news":{"fairness":[{}]}}}""", "pipelines.financial-news.fairness[0] lacks 'attribute'.")]
    [InlineData("""{"pipelines":{"financial-news":{"volume":{},"volume":{}}}}""", "pipelines.financial-news.volume is there twice.")]
    [InlineData("""{"pipelines":{"financial-news":{"labels":[{"head":"mood"}]}}}""",
        "pipelines.financial-news.labels[0].head names the head 'mood'")]
    [InlineData("{\"pipelines\":{\"financial-news\":{\"labels\":[{},\n{\"minimumLift\":0.1}]}}}",
        "line 2: pipelines.financial-news.labels[1] watches the same as rule 0 of Labels ('sentiment=negative')")]
    [InlineData("""{"pipelines":{"financial-news":{"labels":[{"window":"00:01:30"}]}}}""",
        "pipelines.financial-news.labels[0].window is 00:01:30; it must be a multiple of the pipeline's Window (00:01:00)")]
    [InlineData("""{"pipelines":{"financial-news":{"labels":[{"window":"1.00:01:00"}]}}}""", "and at most one day.")]
    [InlineData("""{"pipelines":{"financial-news":{"segments":["attribute:entity","entity:topic"]}}}""",
        "pipelines.financial-news.segments holds two dimensions called 'entity'")]
    [InlineData("{\n{", "line 2: the file is not JSON at byte 1:")]
    [InlineData("""{}""", "line 1: lacks 'pipelines'.")]
    [InlineData("", "line 1: the file is not JSON at byte 1:")]
    public void A_fault_names_its_line_its_place_and_what_is_allowed(string json, string expected)
    {
        var (rules, faults) = Read(json);

        Assert.Empty(rules);
        Assert.Contains(expected, Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_of_a_file_are_found_at_once()
    {
        var (_, faults) = Read("""{"pipelines":{"financial-news":{"a":1,"volume":{"surgeRatio":"x"},"drift":{"heads":[null]}}}}""");

        Assert.Equal(
            ["pipelines.financial-news.a", "pipelines.financial-news.volume.surgeRatio", "pipelines.financial-news.drift.heads[0]"],
            faults.Select(static fault => fault.Path));
    }

    [Fact]
    public void The_rules_of_one_pipeline_are_read_as_strictly()
    {
        var (rules, faults) = RulesFile.ReadRules("""{"volume":{"surgeRatio":3}}"""u8.ToArray(), DefaultPipelines.FinancialNews);
        var (none, wrong) = RulesFile.ReadRules("""{"volume":{"surgeRatios":3}}"""u8.ToArray(), DefaultPipelines.FinancialNews);

        Assert.Empty(faults);
        Assert.Equal((3, 0.1), (rules!.Volume.SurgeRatio, rules.Volume.SilenceRatio));
        Assert.Null(none);
        Assert.Equal("volume.surgeRatios", Assert.Single(wrong).Path);
    }

    [Fact]
    public void What_the_wire_writes_is_read_as_rules()
    {
        var label = new LabelRule { Threshold = 0.5, Window = TimeSpan.FromMinutes(5) };
        var written = new MonitorRules { Segments = ["head:topic"], Labels = [label] };

        var (rules, faults) = RulesFile.ReadRules(Wire.Serialize(written), DefaultPipelines.FinancialNews);

        Assert.Empty(faults);
        Assert.Equal(Wire.ToJson(written), Wire.ToJson(rules!));
    }

    [Fact]
    public void The_schema_forbids_other_keys_and_states_ranges_and_allowed_values()
    {
        var schema = RulesSchema.Create();
        var rules = schema["properties"]!["pipelines"]!["additionalProperties"]!;
        var label = rules["properties"]!["labels"]!["items"]!;

        Assert.Equal("pipelines", (string?)schema["required"]![0]);
        Assert.False((bool)rules["additionalProperties"]!);
        Assert.False((bool)label["additionalProperties"]!);
        var lift = label["properties"]!["minimumLift"]!;
        Assert.Equal((0, 1), ((double)lift["minimum"]!, (double)lift["maximum"]!));
        Assert.Equal(["above", "below", "both"], Values(label["properties"]!["direction"]!));
        Assert.Equal(AlertKinds.All, Values(rules["properties"]!["disabled"]!["items"]!));
    }

    [Fact]
    public void The_schema_allows_null_only_where_it_is_read()
    {
        var schema = RulesSchema.Create();
        var rules = schema["properties"]!["pipelines"]!["additionalProperties"]!;
        var label = rules["properties"]!["labels"]!["items"]!;

        Assert.Equal(["object", "object", "string", "string"], new[]
        {
            rules, label, rules["properties"]!["segments"]!["items"]!, label["properties"]!["segments"]!["items"]!,
        }.Select(static part => (string?)part["type"]));
        Assert.Contains("null", label["properties"]!["threshold"]!["type"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_that_differ_in_what_they_watch_are_valid_side_by_side()
    {
        var (_, faults) = Read("""
            {"pipelines":{"financial-news":{"segments":["source","head:topic"],"labels":[{},{"direction":"below"},{"segments":["source"]},
            {"window":"00:10:00"},{"threshold":0.5},{"threshold":0.6},{"measure":"count"}]}}}
            """);

        Assert.Empty(faults);
    }

    [Fact]
    public void The_schema_lists_exactly_the_keys_that_are_read()
    {
        var rules = RulesSchema.Create()["properties"]!["pipelines"]!["additionalProperties"]!["properties"]!.AsObject();
        var written = JsonSerializer.SerializeToNode(new MonitorRules(), Wire.Options)!.AsObject();

        Assert.Equal(written.Select(static key => key.Key), rules.Select(static key => key.Key));
    }

    private static IEnumerable<string> Values(JsonNode schema) => schema["enum"]!.AsArray().Select(static value => (string)value!);

    private static (IReadOnlyDictionary<string, MonitorRules> Rules, IReadOnlyList<RulesFault> Faults) Read(string json) =>
        RulesFile.Read(Encoding.UTF8.GetBytes(json), Catalog);
}
