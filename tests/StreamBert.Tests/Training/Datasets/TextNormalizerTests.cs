using StreamBert.Training.Datasets;

namespace StreamBert.Tests.Training.Datasets;

public sealed class TextNormalizerTests
{
    [Fact]
    public void The_hash_of_a_text_is_the_same_on_every_machine() =>
        Assert.Equal(0.8342008521323202, TextNormalizer.HashToUnitInterval("oil prices rise"));

    [Fact]
    public void Case_and_white_space_do_not_make_another_text() =>
        Assert.Equal(TextNormalizer.Normalize("Oil prices rise"), TextNormalizer.Normalize("  oil\tPRICES \n rise "));
}
