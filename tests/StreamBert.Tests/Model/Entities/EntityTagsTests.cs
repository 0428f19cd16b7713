using CsCheck;
using StreamBert.Model.Entities;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Model.Entities;

public sealed class EntityTagsTests
{
    private static readonly string[] Some = ["O", "B-A", "I-A", "B-B", "I-B", "E-A", "S-B"];

    public static TheoryData<string, string> Sentences => new()
    {
        { "B-PER I-PER O B-LOC", "PER 0-2, LOC 3-4" },
        { "B-PER B-PER", "PER 0-1, PER 1-2" },
        { "I-PER I-PER O", "PER 0-2" }, // begins without B
        { "O I-LOC B-LOC", "LOC 1-2, LOC 2-3" },
        { "B-PER I-LOC I-LOC", "PER 0-1, LOC 1-3" }, // continues as another type
        { "PER PER O ORG", "PER 0-2, ORG 3-4" }, // no prefixes
        { "B-ORG E-ORG S-ORG", "ORG 0-2, ORG 2-3" },
        { "B-ORG I-ORG L-ORG U-LOC", "ORG 0-3, LOC 3-4" },
        { "E-ORG I-ORG", "ORG 0-1, ORG 1-2" },
        { "B-creative-work I-creative-work", "creative-work 0-2" },
        { "O O", "" },
        { "", "" },
    };

    [Theory]
    [MemberData(nameof(Sentences))]
    public void Tags_of_any_scheme_decode_to_the_entities_that_seqeval_finds(string tags, string expected) =>
        Assert.Equal(expected, string
            .Join(", ", EntityTags.Decode(Words(tags)).Select(static span => $"{span.Type} {span.Start}-{span.End}")));

    [Fact]
    public void Tags_converted_to_IOB2_decode_to_the_same_entities() =>
        Gen.Int[0, Some.Length - 1].Select(static i => Some[i]).Array[0, 12]
            .Sample(static tags => Assert.Equal(EntityTags.Decode(tags), EntityTags.Decode(EntityTags.ToIob2(tags))));

    [Fact]
    public void Only_O_and_prefixed_types_are_tags()
    {
        Assert.All((string[])["O", "B-PER", "I-creative-work", "U-X"], static tag => Assert.True(EntityTags.IsTag(tag)));
        Assert.All((string[])["", "PER", "B-", "X-PER", "o"], static tag => Assert.False(EntityTags.IsTag(tag)));
    }

    private static string[] Words(string tags) => tags.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
