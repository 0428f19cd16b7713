using StreamBert.Gateway.Dashboard.Labelling;
using StreamBert.Gateway.Labelling;

namespace StreamBert.Tests.Gateway.Dashboard.Labelling;

/// <summary>Tests how a batch is worked through and undone.</summary>
public sealed class LabellingBatchTests
{
    [Fact]
    public void Labels_and_skips_advance_to_the_end_and_are_counted()
    {
        var batch = Create("a", "b", "c");

        batch.Label("good");
        batch.Skip();
        Assert.Equal(("c", 3, 3), (batch.Current!.Id, batch.Number, batch.Count));
        batch.Label("bad");

        Assert.Equal((null, 2), (batch.Current, batch.Labelled));
        Assert.Equal(["b"], batch.Skipped);
    }

    [Fact]
    public void Undo_shows_the_text_before_without_its_label()
    {
        var batch = Create("a", "b");
        batch.Label("good");
        batch.Skip();

        Assert.Equal(("b", null), (batch.Last!.Value.Item.Id, batch.Last.Value.Label));
        batch.Undo();
        Assert.Equal(("b", 0), (batch.Current!.Id, batch.Skipped.Count));
        Assert.Equal(("a", "good"), (batch.Last!.Value.Item.Id, batch.Last.Value.Label));
        batch.Undo();
        Assert.Equal(("a", 0, false), (batch.Current!.Id, batch.Labelled, batch.CanUndo));
        Assert.Null(batch.Last);
        batch.Label("bad");

        Assert.Equal(("b", 1, "bad"), (batch.Current!.Id, batch.Labelled, batch.Last!.Value.Label));
    }

    [Fact]
    public void A_text_that_needs_no_label_any_more_leaves_the_batch()
    {
        var batch = Create("a", "b", "c");
        batch.Label("good");
        batch.Remove();

        Assert.Equal(("c", 2, 2), (batch.Current!.Id, batch.Number, batch.Count));
        batch.Undo();
        Assert.Equal("a", batch.Current!.Id);
    }

    private static LabellingBatch Create(params string[] ids) => new([.. ids.Select(static id => new LabellingItem
    {
        Id = id,
        Pipeline = "p",
        OccurredAt = DateTimeOffset.UnixEpoch,
        Heads = ["quality"],
        Labels = new Dictionary<string, IReadOnlyList<string>> { ["quality"] = ["bad", "good"] },
        Text = "text",
    })]);
}
