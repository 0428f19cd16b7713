using StreamBert.Cli.Commands.Completion;

namespace StreamBert.Tests.Cli.Commands.Completion;

/// <summary>The words that complete a command line are those of the command at the cursor.</summary>
public sealed class SuggestionsTests
{
    [Theory]
    [InlineData("streambert ale", "alerts")]
    [InlineData("streambert alerts si", "silence")]
    [InlineData("streambert alerts list --pi", "--pipeline")]
    [InlineData("/usr/bin/streambert dead", "dead-letters")]
    public void A_beginning_is_completed(string line, string word) => Assert.Contains(word, Suggestions.Find(line, line.Length));

    [Fact]
    public void What_follows_the_cursor_does_not_matter() =>
        Assert.Contains("alerts", Suggestions.Find("streambert al --json", "streambert al".Length));

    [Fact]
    public void After_a_space_all_commands_are_offered()
    {
        var words = Suggestions.Find("streambert ", "streambert ".Length);

        Assert.Contains("up", words);
        Assert.Contains("--help", words);
        Assert.DoesNotContain("-h", words);
    }

    [Fact]
    public void The_name_of_the_program_itself_is_not_completed() => Assert.Empty(Suggestions.Find("strea", 5));
}
