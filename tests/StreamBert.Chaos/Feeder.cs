using System.Net.Http.Json;
using System.Net.Sockets;

namespace StreamBert.Chaos;

/// <summary>
/// Sends texts and verdicts to whatever instance is at work, as a client that nobody tells of the chaos. It remembers the ids that were
/// acknowledged; one whose answer did not come is sent no second time, so it may stand in the log or not.
/// </summary>
internal sealed class Feeder(IReadOnlyList<Instance> instances, ChaosOptions options) : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string[] Companies = ["Nokia", "Siemens", "Tesla", "Shell", "Danone", "Novo", "Enel", "Ryanair"];
    private static readonly string[] Events
        = ["raises its dividend", "warns of losses", "opens a plant", "cuts jobs", "wins a contract", "is fined"];
    private static readonly string[] Verdicts = ["negative", "neutral", "positive"];

    private readonly HttpClient _http = new() { Timeout = Patience };
    private int _sent;

    /// <summary>What the ids of this run begin with: a broker outlives it, and holds those of others.</summary>
    public string Prefix { get; } = $"chaos-{options.Seed}-{Guid.NewGuid().ToString("N")[..8]}-";

    public HashSet<string> Acknowledged { get; } = [];

    /// <summary>Texts whose answer did not come.</summary>
    public int Unknown { get; private set; }

    /// <summary>Sends until told to stop; what is under way then is seen to its end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (instances.Select(static instance => instance.Address).FirstOrDefault(static address => address is not null) is { } address)
            {
                await SendTextsAsync(address);
                await SendVerdictAsync(address);
            }
            await Task.Delay(Beat, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task SendTextsAsync(Uri address)
    {
        var count = Math.Max(1, (int)(options.Rate * Beat.TotalSeconds));
        var texts = Enumerable.Range(_sent, count).Select(Text).ToList();
        _sent += count;
        if (await PostAsync(new Uri(address, "v1/texts"), texts.ConvertAll(static text => text.Body)))
            Acknowledged.UnionWith(texts.Select(static text => text.Id));
        else
            Unknown += count;
    }

    /// <summary>On a text sent a while ago, now and then a word on it.</summary>
    private async Task SendVerdictAsync(Uri address)
    {
        if (_sent > 200)
        {
            await PostAsync(new Uri(address, "v1/feedback"), new
            {
                id = Id(_sent - 150),
                pipeline = "financial-news",
                head = "sentiment",
                label = Verdicts[_sent / 20 % 3],
                text = Words(_sent - 150),
                annotator = "chaos",
            });
        }
    }

    private async Task<bool> PostAsync<T>(Uri address, T body)
    {
        try
        {
            using var answer = await _http.PostAsJsonAsync(address, body);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException or IOException)
        {
            return false; // the process died, or is stopped: what it did with this is not known
        }
    }

    private (string Id, object Body) Text(int number) => (Id(number), new
    {
        id = Id(number),
        text = Words(number),
        subject = Companies[number % Companies.Length],
        pipeline = number % 4 == 0 ? "support-chat" : "financial-news",
    });

    private string Id(int number) => $"{Prefix}{number}";

    private static string Words(int number)
        => $"{Companies[number % Companies.Length]} {Events[number / 3 % Events.Length]} in week {number % 52} of plan {number}";
}
