using StreamBert.Operations.Ledger;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>Measures how fast texts arrive in each input topic, from the ledgers of the last minute.</summary>
internal sealed class InputRates
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private readonly Queue<(DateTimeOffset At, IReadOnlyDictionary<string, long> In)> _ledgers = [];

    /// <summary>Adds a ledger; the same one twice counts once.</summary>
    public void Add(LedgerView ledger)
    {
        if (_ledgers.Count > 0 && ledger.At <= _ledgers.Last().At)
            return;
        _ledgers.Enqueue((ledger.At, ledger.Topics.ToDictionary(static line => line.Topic, static line => line.In)));
        while (ledger.At - _ledgers.Peek().At > Span)
            _ledgers.Dequeue();
    }

    /// <summary>Returns the texts per second that arrived in a topic; null while there is only one ledger of it.</summary>
    public double? RateOf(string topic)
    {
        var known = _ledgers.Where(ledger => ledger.In.ContainsKey(topic)).ToList();
        return known.Count < 2 ? null
            : Math.Max(0, known[^1].In[topic] - known[0].In[topic]) / (known[^1].At - known[0].At).TotalSeconds;
    }
}
