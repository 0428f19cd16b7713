using System.Net.Http.Json;
using System.Net.Sockets;
using StreamBert.Chaos.Plan;
using StreamBert.Chaos.Processes;

namespace StreamBert.Chaos;

/// <summary>
/// Sends texts and feedback to an active instance, as a client that does not know about the faults. It records the ids that were
/// acknowledged. A text without an acknowledgement is not sent again, so it may or may not be in the log.
/// </summary>
internal sealed class LoadGenerator(InstanceGroup instances, ChaosOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan BatchInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Feedback refers to the text sent this many texts ago, which has been classified by then.</summary>
    private const int FeedbackDistance = 150;
    private const int MinTextsBeforeFeedback = 200;
    private static readonly string[] Companies = ["Nokia", "Siemens", "Tesla", "Shell", "Danone", "Novo", "Enel", "Ryanair"];
    private static readonly string[] Events =
        ["raises its dividend", "warns of losses", "opens a plant", "cuts jobs", "wins a contract", "is fined"];
    private static readonly string[] Labels = ["negative", "neutral", "positive"];

    private readonly HttpClient _http = new() { Timeout = RequestTimeout };
    private int _sent;

    /// <summary>The prefix of the ids of this run; a broker keeps those of earlier runs.</summary>
    public string Prefix { get; } = $"chaos-{options.Seed}-{Guid.NewGuid().ToString("N")[..8]}-";

    public HashSet<string> Acknowledged { get; } = [];

    /// <summary>Texts sent without an acknowledgement.</summary>
    public int Unacknowledged { get; private set; }

    /// <summary>Sends until cancelled; a request that is pending then is completed.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (instances.ActiveAddress is { } address)
            {
                await SendTextsAsync(address);
                await SendFeedbackAsync(address);
            }

            await Task.Delay(BatchInterval, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until another text is acknowledged.</summary>
    /// <exception cref="TimeoutException">None was.</exception>
    public async Task WaitForAcknowledgementAsync(CancellationToken cancellation)
    {
        var (before, started) = (Acknowledged.Count, time.GetTimestamp());
        while (Acknowledged.Count == before)
        {
            if (time.GetElapsedTime(started) > InstanceGroup.Timeout)
                throw new TimeoutException($"No text was acknowledged within {InstanceGroup.Timeout.TotalSeconds:0} s.");
            await Task.Delay(BatchInterval, time, cancellation);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task SendTextsAsync(Uri address)
    {
        var count = Math.Max(1, (int)(options.Rate * BatchInterval.TotalSeconds));
        var texts = Enumerable.Range(_sent, count).Select(CreateText).ToList();
        _sent += count;
        if (await PostAsync(new Uri(address, "v1/texts"), texts.ConvertAll(static text => text.Body)))
            Acknowledged.UnionWith(texts.Select(static text => text.Id));
        else
            Unacknowledged += count;
    }

    private async Task SendFeedbackAsync(Uri address)
    {
        if (_sent <= MinTextsBeforeFeedback)
            return;
        var number = _sent - FeedbackDistance;
        await PostAsync(new Uri(address, "v1/feedback"), new
        {
            id = GetId(number),
            pipeline = "financial-news",
            head = "sentiment",
            label = Labels[_sent / 20 % 3],
            text = GetContent(number),
            annotator = "chaos",
        });
    }

    private async Task<bool> PostAsync<T>(Uri address, T body)
    {
        try
        {
            using var response = await _http.PostAsJsonAsync(address, body);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException or IOException)
        {
            return false; // the process was killed or suspended; whether it stored the request is unknown
        }
    }

    private (string Id, object Body) CreateText(int number) => (GetId(number), new
    {
        id = GetId(number),
        text = GetContent(number),
        subject = Companies[number % Companies.Length],
        pipeline = number % 4 == 0 ? "support-chat" : "financial-news",
    });

    private string GetId(int number) => $"{Prefix}{number}";

    private static string GetContent(int number) =>
        $"{Companies[number % Companies.Length]} {Events[number / 3 % Events.Length]} in week {number % 52} of plan {number}";
}
