namespace StreamBert.Cli.Simulation;

/// <summary>Generates support chats; the kind of a rate is the region.</summary>
internal sealed class ChatGenerator(string session, int seed) : TextGenerator("chat", session, seed)
{
    /// <summary>So many that most chats of half an hour are of different customers, each of which counts once.</summary>
    private const int Customers = 100_000;

    private static readonly Grammar Messages = Grammar.Load("chats");

    protected override (string, string?, Dictionary<string, string>) Compose(string kind, string sentiment) =>
        (Messages.Generate(sentiment, Random), $"customer-{Random.Next(1, Customers + 1)}", new()
        {
            ["channel"] = Pick("app", "web", "email"),
            ["region"] = kind,
        });
}
