namespace StreamBert.Monitoring.Inputs;

/// <summary>Names partitions <c>topic/partition</c>, as checkpoints do, without creating the name for every record.</summary>
internal sealed class PartitionKeys
{
    private const int MaxKeys = 10_000;

    private readonly Dictionary<(string Topic, int Partition), string> _keys = [];
    private (string Topic, int Partition, string Key) _last = ("", -1, "");

    /// <summary>Returns the name of a partition.</summary>
    public string Of(string topic, int partition)
    {
        if (partition == _last.Partition && topic == _last.Topic)
            return _last.Key;
        if (!_keys.TryGetValue((topic, partition), out var key))
        {
            if (_keys.Count >= MaxKeys)
                _keys.Clear();
            _keys[(topic, partition)] = key = Create(topic, partition);
        }
        _last = (topic, partition, key);
        return key;
    }

    /// <summary>Creates the name of a partition.</summary>
    public static string Create(string topic, int partition) => $"{topic}/{partition}";
}
