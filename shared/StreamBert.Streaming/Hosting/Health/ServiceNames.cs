using System.Collections;

namespace StreamBert.Streaming.Hosting.Health;

/// <summary>Lists the services in this host: one, or all of them in <c>up</c>.</summary>
internal sealed class ServiceNames : IEnumerable<string>
{
    private readonly List<string> _names = [];

    public void Add(string name)
    {
        if (!_names.Contains(name))
            _names.Add(name);
    }

    public IEnumerator<string> GetEnumerator() => _names.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => _names.Count == 1 ? $"streambert-{_names[0]}" : "streambert";
}
