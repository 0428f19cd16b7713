using StreamBert.Cli.Simulation;
using StreamBert.Contracts;

namespace StreamBert.Tests.Cli.Simulation;

public sealed class AuthorTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    [Fact]
    public void The_same_seed_writes_the_same_texts() =>
        Assert.Equal(News(seed: 1), News(seed: 1));

    [Fact]
    public void Another_seed_writes_others() =>
        Assert.NotEqual(News(seed: 1), News(seed: 2));

    [Fact]
    public void Ids_are_unique_within_and_across_streams_and_sessions()
    {
        List<TextReceived> all =
        [
            .. Write(new NewsAuthor("a", 1), Story.NewsAt, 60), .. Write(new NewsAuthor("b", 1), Story.NewsAt, 60),
            .. Write(new ChatAuthor("a", 1), Story.ChatsAt, 60),
        ];

        Assert.Distinct(all.Select(static text => text.Id));
    }

    [Fact]
    public void As_many_are_written_as_the_flows_say()
    {
        var texts = Write(new NewsAuthor("s", 3), static _ => [new("Earnings", 10, 0.5, 0.25)], 60);

        Assert.InRange(texts.Count, 520, 680); // 600 expected, standard deviation 24
    }

    [Fact]
    public void A_long_pause_is_not_made_up_for()
    {
        var texts = new NewsAuthor("s", 4).Write([new("Earnings", 20, 0.5, 0.25)], TimeSpan.FromHours(1), Start);

        Assert.InRange(texts.Count, 1, 45);
    }

    [Fact]
    public void Texts_lie_in_the_span_that_has_passed_and_in_order()
    {
        var texts = new ChatAuthor("s", 5).Write(Story.ChatsAt(default), Tick, Start);

        Assert.All(texts, static text => Assert.InRange(text.OccurredAt, Start - Tick, Start));
        Assert.Equal(texts.OrderBy(static text => text.OccurredAt), texts);
    }

    [Fact]
    public void Headlines_are_varied()
    {
        var texts = Write(new NewsAuthor("s", 6), Story.NewsAt, 60).Select(static text => text.Text).ToList();

        Assert.True(texts.Distinct().Count() > texts.Count * 0.85, $"{texts.Distinct().Count()} of {texts.Count} differ");
    }

    [Fact]
    public void Every_topic_of_the_story_can_be_written_in_every_mood_without_a_slot_left_open()
    {
        var author = new NewsAuthor("s", 7);
        Flow[] moods = [new("", 5, 1, 0), new("", 5, 0, 1), new("", 5, 0, 0)];

        var texts = Story.NewsAt(default)
            .SelectMany(
                flow => moods.SelectMany(mood => author.Write([mood with { Kind = flow.Kind }], TimeSpan.FromSeconds(1), Start))).ToList();

        Assert.All(texts, static text => Assert.DoesNotContain('{', text.Text));
        Assert.All(texts, static text => Assert.InRange(text.Text.Length, 15, 200));
    }

    [Fact]
    public void Chats_carry_their_region_and_a_customer()
    {
        var texts = Write(new ChatAuthor("s", 8), Story.ChatsAt, 10);

        Assert.Equal(["east", "north", "south", "west"], texts.Select(static text => text.Attributes["region"]).Distinct().Order());
        Assert.All(texts, static text => Assert.StartsWith("customer-", text.Subject, StringComparison.Ordinal));
        Assert.All(texts, static text => Assert.Contains("channel", text.Attributes.Keys));
    }

    private static List<string> News(int seed) => [.. Write(new NewsAuthor("s", seed), Story.NewsAt, 20).Select(static text => text.Text)];

    private static List<TextReceived> Write(Author author, Func<TimeSpan, IReadOnlyList<Flow>> story, int seconds) =>
        [.. Enumerable.Range(1, seconds * 4).SelectMany(tick => author.Write(story(tick * Tick), Tick, Start + tick * Tick))];
}
