using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Settings;

namespace StreamBert.Tests.Streaming.Pipelines;

public sealed class PipelineCatalogTests
{
    private static readonly PipelineOptions News = new() { Name = "news", Heads = ["sentiment"] };

    [Fact]
    public void A_pipeline_is_found_by_name_and_by_each_of_its_topics()
    {
        var catalog = new PipelineCatalog([News, News with { Name = "chat", InputTopics = ["a", "b"] }]);

        Assert.Equal("news", catalog.Get("news").Name);
        Assert.Equal("news", catalog.ForTopic("texts.news")!.Name);
        Assert.Equal("chat", catalog.ForTopic("b")!.Name);
        Assert.Null(catalog.ForTopic("c"));
        Assert.Contains("news, chat", Assert.Throws<KeyNotFoundException>(() => catalog.Get("x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pipelines_that_ship_are_valid() => Assert.Equal(2, new PipelineCatalog(DefaultPipelines.All).All.Count);

    [Fact]
    public void All_faults_are_reported_at_once()
    {
        var message = Assert.Throws<ConfigurationException>(
            static () => new PipelineCatalog([News with { Heads = [] }, News with { Name = "Not OK" }])).Message;

        Assert.Contains("pipeline 'news': it names no head", message, StringComparison.Ordinal);
        Assert.Contains("pipeline 'Not OK': The field Name must match", message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_pipeline_reads_a_topic_of_StreamBert()
    {
        var topics = typeof(Topics).GetFields().Where(static field => field.IsLiteral)
            .Select(static field => (string)field.GetRawConstantValue()!);

        Assert.All(topics, static topic => Assert.Contains(
            $"'{topic}' is used by StreamBert itself",
            Assert.Throws<ConfigurationException>(() => new PipelineCatalog([News with { InputTopics = [topic] }])).Message,
            StringComparison.Ordinal));
    }

    public static TheoryData<string, PipelineOptions> Wrong => new()
    {
        { "2 pipelines are called 'news'", News },
        { "the topic 'texts.news' is read by news and other", News with { Name = "other", InputTopics = ["texts.news"] } },
        { "'predictions' is used by StreamBert itself", News with { Name = "other", InputTopics = ["predictions"] } },
        { "'no spaces' cannot be a topic's name", News with { Name = "other", InputTopics = ["no spaces"] } },
        { "the route to 'q' uses the head 'intent'", News with { Name = "other", Routes = [new() { Queue = "q", Head = "intent" }] } },
        { "Monitor:SegmentHead names the head 'topic'", News with { Name = "other", Monitor = new() { SegmentHead = "topic" } } },
        { "Monitor:Rules:Segments names the head 'topic'", Watching(new() { Segments = ["head:topic"] }) },
        { "Monitor:Rules:Segments names the head 'entities'", Watching(new() { Segments = ["entity:entities"] }) },
        { "Segments holds 'topic'; it must be head:NAME", Watching(new() { Segments = ["topic"] }) },
        { "two dimensions called 'sentiment'", Watching(new() { Segments = ["head:sentiment", "attribute:sentiment"] }) },
        { "the segments of 'source', which Segments does not hold", Watching(new() { Volume = new() { Segments = ["source"] } }) },
        { "Monitor:Rules:Labels:0:Head names the head 'intent'", Watching(new() { Labels = [new() { Head = "intent" }] }) },
        { "Labels:0:Window is 00:01:30; it must be a multiple", Watching(new() { Labels = [new() { Window = new(0, 1, 30) }] }) },
        { "Labels:0:Threshold is 30; the limit of a share", Watching(new() { Labels = [new() { Threshold = 30 }] }) },
        { "Budget:Per is 00:00:01", Watching(new() { Budget = new() { Per = TimeSpan.FromSeconds(1) } }) },
        { "TimeZone is 'Mars/Base', which this machine does not know", Watching(new() { TimeZone = "Mars/Base" }) },
        { "Disabled names 'noise'; it may hold label-surge", Watching(new() { Disabled = ["noise"] }) },
        {
            "but Privacy:KeepText is false",
            Watching(new() { Segments = ["entity:entities"] }) with { Heads = ["entities"], Privacy = new() { KeepText = false } } },
        {
            "Privacy:Redact names 'phones'; it may hold email, phone",
            News with { Name = "other", Privacy = new() { Redact = ["phones"] } } },
        { "Privacy:ModelInput is 'all'", News with { Name = "other", Privacy = new() { ModelInput = "all" } } },
        { "may not be stored readable", News with { Name = "other", Privacy = new() { Redact = ["email"], ModelInput = "original" } } },
        {
            "Privacy:PerSubjectKeys seals from the monitor",
            Watching(new() { Segments = ["entity:entities"] }) with { Heads = ["entities"], Privacy = new() { PerSubjectKeys = true } } },
        {
            "Fields:TimeFormat: The time format 'yyyy-mm-dd' has no month (months are MM, minutes mm)",
            News with { Name = "other", Fields = new() { TimeFormat = "yyyy-mm-dd" } } },
        { "Monitor:Window is 00:00:00", News with { Name = "other", Monitor = new() { Window = TimeSpan.Zero } } },
        {
            "MinimumCount must be between",
            Watching(new() { Fairness = [new() { Attribute = "region", MinimumCount = 1 }] }) },
        { "Predictions:Heads has no mapping of the head 'sentiment'", Taking(new() { Heads = Mapped("topic", "scores") }) },
        { "maps the head 'topic', which is not among its Heads", Taking(new() { Heads = Mapped("topic", "scores") }) },
        { "Predictions:Heads:sentiment needs Scores, or Label and Confidence", Taking(new() { Heads = Mapped("sentiment", null) }) },
        {
            "predictions have none",
            Taking(new() { Heads = Mapped("sentiment", "scores") }) with { Privacy = new() { Redact = ["name"] } } },
    };

    private static PipelineOptions Taking(PredictionMapping predictions) => News with { Name = "other", Predictions = predictions };

    private static Dictionary<string, PredictedHeadMapping> Mapped(string head, string? scores) =>
        new() { [head] = new() { Label = "label", Scores = scores } };

    private static PipelineOptions Watching(MonitorRules rules) => News with { Name = "other", Monitor = new() { Rules = rules } };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_pipeline_is_rejected_with_a_reason(string fault, PipelineOptions pipeline) =>
        Assert.Contains(
            fault,
            Assert.Throws<ConfigurationException>(() => new PipelineCatalog([News, pipeline])).Message,
            StringComparison.Ordinal);
}
