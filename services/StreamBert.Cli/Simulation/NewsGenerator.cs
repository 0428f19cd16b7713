namespace StreamBert.Cli.Simulation;

/// <summary>Generates finance headlines; the kind of a rate is the topic.</summary>
internal sealed class NewsGenerator(string session, int seed) : TextGenerator("news", session, seed)
{
    private static readonly Grammar Headlines = Grammar.Load("news");

    protected override (string, string?, Dictionary<string, string>) Compose(string kind, string sentiment) =>
        (Headlines.Generate($"{kind}: {sentiment}", Random), null, new()
        {
            ["channel"] = Pick("wire", "social", "blog"),
            ["region"] = Pick("americas", "europe", "asia"),
        });
}
