namespace StreamBert.Tests.Architecture;

/// <summary>
/// Marks tests that parse all sources. They allocate much memory and therefore run after the tests that measure the allocations of the
/// process.
/// </summary>
[CollectionDefinition(nameof(SourceTests), DisableParallelization = true)]
public sealed class SourceTests;
