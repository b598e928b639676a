// peer.hpp - what the peers in C++ share. A peer reads the polygons (*.mcov) and the points with
// their owners as bench_locate wrote them (*.owners), answers the same points and is judged by
// those owners.
//
//     peer_NAME DATA FILE.mcov FILE.owners
//
// Built by tools/bench alone, with ../shared/bench/bench.h: the project itself has no C++.
#pragma once
#include <algorithm>
#include <bench.h> // of ../shared/bench, not the one beside this file
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

static const double NEAR = 1.8e-7; // degrees: 2 cm

struct question {
    double lon, lat;
    int32_t owner, unused; // a face; -1 none
};

inline void need(bool ok, const std::string &what)
{
    if (ok)
        return;
    fprintf(stderr, "peer: %s\n", what.c_str());
    exit(2);
}

struct peer_data {
    std::string name;
    bench_cov cov;
    std::vector<question> questions;

    peer_data(int argc, char **argv)
    {
        need(argc >= 4, "usage: peer_NAME DATA FILE.mcov FILE.owners");
        name = argv[1];
        need(bench_load_cov(argv[2], &cov) == 0, argv[2]);
        FILE *f = fopen(argv[3], "rb");
        need(f != nullptr, argv[3]);
        question q;
        while (fread(&q, sizeof q, 1, f) == 1)
            questions.push_back(q);
        fclose(f);
    }
    const double *ring(uint32_t face) const // closed
    {
        return cov.xy + 2 * cov.face[face].first;
    }
    bool is_near(int32_t face, const question &q) const
    {
        const double *p = face < 0 ? nullptr : ring((uint32_t)face);
        for (uint32_t i = 1; p && i < cov.face[face].n; i++, p += 2) {
            double x = p[2] - p[0], y = p[3] - p[1], u = q.lon - p[0], v = q.lat - p[1];
            double t = std::clamp((u * x + v * y) / (x * x + y * y), 0.0, 1.0);
            if (std::hypot(u - t * x, v - t * y) < NEAR)
                return true;
        }
        return false;
    }
};

inline void row(const std::string &work, const peer_data &d, const char *who, std::vector<double> v,
                const char *unit, const std::string &note)
{
    std::sort(v.begin(), v.end());
    printf("%s\t%s\t%s\t%.6g\t%.6g\t%.6g\t%s\t%s\n", work.c_str(), d.name.c_str(), who,
           v[v.size() / 2], v.front(), v.back(), unit, note.c_str());
}

// `build` makes the index; `ask(lon, lat)` says the face or -1. The first round fills caches.
template <class Build, class Ask>
void bench(const peer_data &d, const char *who, const std::string &how, Build build, Ask ask)
{
    double start = bench_now();
    build();
    row("locate: index", d, who, {(bench_now() - start) * 1e3}, "ms",
        "polygons in memory -> index");
    size_t n = d.questions.size(), near = 0, wrong = 0;
    std::vector<int32_t> face(n);
    std::vector<double> rates;
    for (int run = 0; run < 4; run++) {
        start = bench_now();
        for (size_t i = 0; i < n; i++)
            face[i] = ask(d.questions[i].lon, d.questions[i].lat);
        if (run > 0)
            rates.push_back((double)n / 1e6 / (bench_now() - start));
    }
    for (size_t i = 0; i < n; i++) {
        const question &q = d.questions[i];
        if (face[i] == q.owner)
            continue;
        (d.is_near(face[i], q) || d.is_near(q.owner, q) ? near : wrong)++;
    }
    char text[256];
    snprintf(text, sizeof text,
             "%s, one scheme; of %zu points %zu differ within 2 cm of a border, %zu elsewhere",
             how.c_str(), n, near, wrong);
    row("locate", d, who, rates, "M points/s", text);
    need(wrong == 0, "the answers do not agree");
}
