using StreamBert.Cli.Commands.Training;
using StreamBert.Cli.Errors;

namespace StreamBert.Tests.Cli.Commands.Training;

public sealed class HeadFileTests
{
    [Theory]
    [InlineData("mood=a.csv", "mood", "a.csv", null, null)]
    [InlineData("mood=data/a.csv:Text:Label", "mood", "data/a.csv", "Text", "Label")]
    [InlineData(@"mood=C:\data\a.csv", "mood", @"C:\data\a.csv", null, null)]
    [InlineData(@"mood=C:\data\a.csv:t:l", "mood", @"C:\data\a.csv", "t", "l")]
    [InlineData("mood=a=b.csv", "mood", "a=b.csv", null, null)]
    public void A_head_has_a_file_and_perhaps_its_columns(string value, string head, string path, string? text, string? label) =>
        Assert.Equal(new HeadFile(head, path, text, label), HeadFile.TryParse(value, "--head"));

    [Fact]
    public void A_name_alone_is_no_file() => Assert.Null(HeadFile.TryParse("mood", "--head"));

    [Theory]
    [InlineData("=a.csv")]
    [InlineData("mood=")]
    [InlineData("mood=a.csv:text")]
    [InlineData("mood=a.csv::label")]
    public void Anything_else_is_refused_with_the_two_forms(string value) => Assert.Contains(
        "NAME=FILE or --head NAME=FILE:TEXT:LABEL",
        Assert.Throws<CliException>(() => HeadFile.TryParse(value, "--head")).Message,
        StringComparison.Ordinal);
}
