using BenchmarkDotNet.Running;
using StreamBert.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(TokenizerBenchmarks).Assembly).Run(args);
