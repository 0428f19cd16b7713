using StreamBert.Contracts;
using StreamBert.Streaming.Annotators;

namespace StreamBert.Tests.Streaming.Annotators;

public sealed class AnnotatorExclusionsTests
{
    private readonly AnnotatorExclusions _exclusions = new();

    [Fact]
    public void An_exclusion_for_all_pipelines_concerns_each()
    {
        Change(null, true);

        Assert.True(_exclusions.IsExcluded("bob", "news"));
        Assert.False(_exclusions.IsExcluded("anna", "news"));
    }

    [Fact]
    public void The_last_change_applies()
    {
        Change(null, true);
        Change(null, false);

        Assert.False(_exclusions.IsExcluded("bob", "news"));
    }

    [Fact]
    public void The_change_of_a_pipeline_precedes_the_one_for_all()
    {
        Change("chat", false);
        Change(null, true);

        Assert.True(_exclusions.IsExcluded("bob", "news"));
        Assert.False(_exclusions.IsExcluded("bob", "chat"));
    }

    private void Change(string? pipeline, bool excluded) => _exclusions.Apply(new()
    {
        Annotator = "bob",
        Pipeline = pipeline,
        Excluded = excluded,
        Actor = "user:lead",
        ChangedAt = DateTimeOffset.UnixEpoch,
    });
}
