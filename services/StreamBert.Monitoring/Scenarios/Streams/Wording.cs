using System.Globalization;

namespace StreamBert.Monitoring.Scenarios.Streams;

/// <summary>Composes news in the words of a topic, a sentiment and, after a change of vocabulary, of new things; and log lines.</summary>
internal static class Wording
{
    private static readonly string[] Subjects =
    [
        "shares", "results", "outlook", "guidance", "orders", "margins", "exports", "deliveries", "forecasts", "contracts", "inventories",
        "revenue",
    ];

    private static readonly string[] Companies =
        ["Acme", "Borealis", "Cobalt", "Delmar", "Everest", "Fulcrum", "Granite", "Halcyon", "Ironwood", "Juniper", "Kestrel", "Lumen"];

    private static readonly string[] Positive = ["rise", "beat estimates", "recover", "are raised", "gain"];
    private static readonly string[] Neutral = ["are unchanged", "are due", "are reviewed", "are published", "are discussed"];
    private static readonly string[] Negative = ["fall", "miss estimates", "collapse", "are cut", "slump"];
    private static readonly string[] New = ["zkrollup", "memecoin", "airdrop", "degen", "restaking", "gigachad", "hodl", "rugpull"];

    private static readonly string[] Components = ["auth", "billing", "cache", "gateway", "queue", "storage"];
    private static readonly string[] Events =
        ["request took long", "connection closed by peer", "retry scheduled", "checksum verified", "configuration reloaded"];

    /// <summary>Returns a text; <paramref name="number"/> makes it differ from every other story.</summary>
    public static string Compose(string topic, int sentiment, bool isNew, long number, Random random)
    {
        var verb = Pick(sentiment == 0 ? Negative : sentiment == 1 ? Neutral : Positive, random);
        var subject = Pick(isNew ? New : Subjects, random);
        var figure = number.ToString(CultureInfo.InvariantCulture);
        return $"{topic}: {subject} of {Pick(Companies, random)} {verb}, report {figure}";
    }

    /// <summary>Returns the log line of a template, of which there are 30 for each label.</summary>
    public static string LogLine(string label, int template)
    {
        var (number, component) = Math.DivRem(template, Components.Length);
        return $"{label} {Components[component]}: {Events[number % Events.Length]}";
    }

    private static string Pick(string[] words, Random random) => words[random.Next(words.Length)];
}
