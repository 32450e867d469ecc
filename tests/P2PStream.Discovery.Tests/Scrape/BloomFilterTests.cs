using System.Net;

namespace P2PStream.Discovery.Tests;

public sealed class BloomFilterTests
{
    [Fact]
    public void The_vector_of_BEP_33()
    {
        var filter = new byte[BloomFilter.Size];
        for (var i = 0; i <= 255; i++) BloomFilter.Add(filter, Hosts.At($"192.0.2.{i}"));
        for (var i = 0; i <= 0x3e7; i++)
            BloomFilter.Add(filter, Hosts.At(IPAddress.Parse($"2001:db8::{i:x}").ToString()));
        Assert.Equal(1224.9308, BloomFilter.Estimate(filter), 0.0001);
        Assert.Equal("F6C3F5EA", Convert.ToHexString(filter.AsSpan(0, 4)));
    }

    [Fact]
    public void United_filters_count_an_address_once()
    {
        var (left, right) = (new byte[BloomFilter.Size], new byte[BloomFilter.Size]);
        for (var i = 0; i < 60; i++) BloomFilter.Add(left, Hosts.Public(i));
        for (var i = 30; i < 90; i++) BloomFilter.Add(right, Hosts.Public(i));
        BloomFilter.Unite(left, right);
        Assert.InRange(BloomFilter.Estimate(left), 85, 95);
        Assert.Equal(0, BloomFilter.Estimate(new byte[BloomFilter.Size]));
        right.AsSpan().Fill(0xff);
        Assert.InRange(BloomFilter.Estimate(right), 6000, 10_000);
    }
}
