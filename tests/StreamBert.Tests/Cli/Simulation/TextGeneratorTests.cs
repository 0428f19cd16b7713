using StreamBert.Cli.Simulation;
using StreamBert.Contracts;

namespace StreamBert.Tests.Cli.Simulation;

public sealed class TextGeneratorTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    [Fact]
    public void The_same_seed_generates_the_same_texts() =>
        Assert.Equal(News(seed: 1), News(seed: 1));

    [Fact]
    public void Another_seed_generates_other_texts() =>
        Assert.NotEqual(News(seed: 1), News(seed: 2));

    [Fact]
    public void Ids_are_unique_within_and_across_streams_and_sessions()
    {
        List<TextReceived> all =
        [
            .. Generate(new NewsGenerator("a", 1), Scenario.GetNews, 60), .. Generate(new NewsGenerator("b", 1), Scenario.GetNews, 60),
            .. Generate(new ChatGenerator("a", 1), Scenario.GetChats, 60),
        ];

        Assert.Distinct(all.Select(static text => text.Id));
    }

    [Fact]
    public void The_number_of_texts_corresponds_to_the_rates()
    {
        var texts = Generate(new NewsGenerator("s", 3), static _ => [new("Earnings", 10, 0.5, 0.25)], 60);

        Assert.InRange(texts.Count, 520, 680); // 600 expected, standard deviation 24
    }

    [Fact]
    public void The_texts_of_a_long_pause_are_not_generated()
    {
        var texts = new NewsGenerator("s", 4).Generate([new("Earnings", 20, 0.5, 0.25)], TimeSpan.FromHours(1), Start);

        Assert.InRange(texts.Count, 1, 45);
    }

    [Fact]
    public void Texts_are_in_order_and_inside_the_interval()
    {
        var texts = new ChatGenerator("s", 5).Generate(Scenario.GetChats(default), Tick, Start);

        Assert.All(texts, static text => Assert.InRange(text.OccurredAt, Start - Tick, Start));
        Assert.Equal(texts.OrderBy(static text => text.OccurredAt), texts);
    }

    [Fact]
    public void Headlines_are_varied()
    {
        var texts = Generate(new NewsGenerator("s", 6), Scenario.GetNews, 60).Select(static text => text.Text).ToList();

        Assert.True(texts.Distinct().Count() > texts.Count * 0.85, $"{texts.Distinct().Count()} of {texts.Count} differ");
    }

    [Fact]
    public void Every_topic_of_the_scenario_can_be_generated_in_every_sentiment_without_placeholders()
    {
        var generator = new NewsGenerator("s", 7);
        TextRate[] sentiments = [new("", 5, 1, 0), new("", 5, 0, 1), new("", 5, 0, 0)];

        var texts = Scenario.GetNews(default)
            .SelectMany(rate => sentiments.Select(sentiment => sentiment with { Kind = rate.Kind }))
            .SelectMany(rate => generator.Generate([rate], TimeSpan.FromSeconds(1), Start))
            .ToList();

        Assert.All(texts, static text => Assert.DoesNotContain('{', text.Text));
        Assert.All(texts, static text => Assert.InRange(text.Text.Length, 15, 200));
    }

    [Fact]
    public void Chats_carry_their_region_and_a_customer()
    {
        var texts = Generate(new ChatGenerator("s", 8), Scenario.GetChats, 10);

        Assert.Equal(["east", "north", "south", "west"], texts.Select(static text => text.Attributes["region"]).Distinct().Order());
        Assert.All(texts, static text => Assert.StartsWith("customer-", text.Subject, StringComparison.Ordinal));
        Assert.All(texts, static text => Assert.Contains("channel", text.Attributes.Keys));
    }

    private static List<string> News(int seed) =>
        [.. Generate(new NewsGenerator("s", seed), Scenario.GetNews, 20).Select(static text => text.Text)];

    private static List<TextReceived> Generate(TextGenerator generator, Func<TimeSpan, IReadOnlyList<TextRate>> getRates, int seconds) =>
        [.. Enumerable.Range(1, seconds * 4).SelectMany(tick => generator.Generate(getRates(tick * Tick), Tick, Start + tick * Tick))];
}
