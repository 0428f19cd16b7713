using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts;

public sealed class SegmentDimensionTests
{
    [Theory]
    [InlineData("head:topic", SegmentKind.Head, "topic", "topic=x")]
    [InlineData("entity:ner", SegmentKind.Entity, "ner", "entity=x")]
    [InlineData("attribute:queue", SegmentKind.Attribute, "queue", "queue=x")]
    [InlineData("source", SegmentKind.Source, "source", "source=x")]
    public void A_dimension_knows_the_key_of_its_segments(string text, SegmentKind kind, string name, string segment)
    {
        var dimension = SegmentDimension.TryParse(text);

        Assert.Equal(new(kind, name), dimension);
        Assert.Equal(segment, dimension!.SegmentOf("x"));
    }

    [Fact]
    public void The_segments_of_entities_belong_to_the_dimension_of_their_head() =>
        Assert.Equal(SeriesKey.OfEntity("ORG", "Apple"), new SegmentDimension(SegmentKind.Entity, "ner").SegmentOf("ORG:apple"));

    [Theory]
    [InlineData("topic")]
    [InlineData("head:")]
    [InlineData("Source")]
    public void Anything_else_is_no_dimension(string text) => Assert.Null(SegmentDimension.TryParse(text));
}
