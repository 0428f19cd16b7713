namespace StreamBert.Privacy.Keys;

/// <summary>The keys that were found for some ids, all as of one moment.</summary>
/// <param name="Keys">The existing keys by their ids.</param>
/// <param name="Erased">The ids of keys that an erasure deleted. An id in neither is unknown in this <c>Privacy:Directory</c>.</param>
public sealed record KeyLookup(IReadOnlyDictionary<Guid, SubjectKey> Keys, IReadOnlySet<Guid> Erased);
